using Innkeeper.Lab;

try
{
    switch (args)
    {
        case ["demo"]:
            return Demo.Run(keep: false);
        case ["demo", "--keep"]:
            return Demo.Run(keep: true);
        case ["end", var directory]:
            Bench.End(directory);
            return 0;
        default:
            Console.Error.WriteLine("usage: Innkeeper.Lab demo [--keep] | end DIRECTORY");
            return 2;
    }
}
catch (LabException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
