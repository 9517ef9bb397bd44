using System.Diagnostics;
using Innkeeper.Simulation;

// innkeeper-simulation COUNT [FIRST_SEED]: runs seeds, after those that are kept. --only SEED: one. --first-failure: stops at the first that fails.
var arguments = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).Select(a => int.Parse(a)).ToList();
var isOnly = args.Contains("--only");
var stopsAtFailure = args.Contains("--first-failure");
var count = isOnly ? 1 : arguments.ElementAtOrDefault(0) is > 0 and var asked ? asked : 1000;
var first = isOnly ? arguments[0] : arguments.Count > 1 ? arguments[1] : 1;
return Run(isOnly || stopsAtFailure ? [] : KeptSeeds.All, first, count, stopsAtFailure);

static int Run(IReadOnlyList<KeptSeed> kept, int first, int count, bool stopsAtFailure)
{
    var clock = Stopwatch.StartNew();
    var failed = new List<int>();
    var (steps, deaths, acknowledged, orders, seeds) = (0L, 0L, 0L, 0L, 0);
    var gate = new Lock();
    var all = kept.Select(k => k.Seed).Concat(Enumerable.Range(first, count)).Distinct().ToList();
    Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = stopsAtFailure ? 1 : Environment.ProcessorCount }, (seed, loop) =>
    {
        var driver = new Driver(seed);
        var failure = driver.Run();
        lock (gate)
        {
            seeds++;
            steps += driver.Steps;
            deaths += driver.Deaths;
            acknowledged += driver.Acknowledged;
            orders += driver.Orders;
            if (failure is not null)
            {
                failed.Add(seed);
                Report(seed, failure);
                if (stopsAtFailure)
                {
                    loop.Stop();
                }
            }
        }
    });
    var seconds = clock.Elapsed.TotalSeconds;
    Console.WriteLine(
        $"{seeds} seeds in {seconds:f0} s, {60 * seeds / seconds:f0} a minute: {steps} steps, {deaths} deaths of the process, {acknowledged} leases acknowledged, {orders} orders");
    if (failed.Count > 0)
    {
        Console.WriteLine($"failed: {string.Join(' ', failed.Order())}");
    }

    // Each kept seed is a check, and all the others together are one.
    var keptFailed = kept.Count(k => failed.Contains(k.Seed));
    var othersFailed = failed.Count > keptFailed ? 1 : 0;
    Console.WriteLine($"{kept.Count + 1 - keptFailed - othersFailed} of {kept.Count + 1} checks passed");
    return failed.Count == 0 ? 0 : 1;
}

static void Report(int seed, Failure failure)
{
    Console.WriteLine($"seed {seed} fails at step {failure.Step}: {failure.What}");
    Console.WriteLine($"  {failure.Scenario}");
    foreach (var line in failure.Settings.Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
        Console.WriteLine($"  | {line}");
    }

    foreach (var action in failure.Actions)
    {
        Console.WriteLine($"  {action}");
    }
}
