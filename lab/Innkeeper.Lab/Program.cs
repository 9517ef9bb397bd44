using Innkeeper.Lab;

try
{
    switch (args)
    {
        case ["demo", .. var options] when options.All(option => option is "--keep" or "--one-armed"):
            return Demo.Run(options.Contains("--keep"), options.Contains("--one-armed"));
        case ["end", var directory]:
            Testbed.End(directory);
            return 0;
        default:
            Console.Error.WriteLine("usage: Innkeeper.Lab demo [--one-armed] [--keep] | end DIRECTORY");
            return 2;
    }
}
catch (LabException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
