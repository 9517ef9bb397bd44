return Innkeeper.Cli.CommandTree.Invoke(args);
