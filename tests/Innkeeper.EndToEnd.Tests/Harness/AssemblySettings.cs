using Innkeeper.EndToEnd.Tests.Harness;

// A lab is a dozen processes; two of them fill the two cores the suite is meant for.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
[assembly: TestMethodOrderer(typeof(InvariantLast))]
