using System.CommandLine;
using System.Text;
using Innkeeper.Backups;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Hosting;

namespace Innkeeper.Cli;

/// <summary>`backup` and `restore`.</summary>
internal static class BackupCommands
{
    public static IEnumerable<Command> Of(CommandContext context) => [BackUp(context), Restore(context)];

    private static OrderCommand BackUp(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "Where the backup goes. A file that is there is replaced." };
        var secrets = new Option<string>("--secrets") { Description = "Also back up the files that the configuration names (passwords, keys, certificates), to a file of their own.", HelpName = "FILE" };
        var command = new OrderCommand(
            "backup", "Back up the state (devices, decisions, leases, events) and the configuration, also while the gateway runs.",
            "backup innkeeper.backup", "backup innkeeper.backup --secrets innkeeper.secrets")
        {
            file, secrets, context.Config, context.Socket, context.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is { } one && result.GetValue(secrets) is { } other && Path.GetFullPath(one) == Path.GetFullPath(other))
            {
                result.AddError("the state and the secrets need a file each");
            }
        });
        command.SetAction(parsed => context.Attempt(parsed, () =>
        {
            using var state = new NewFile(parsed.GetValue(file)!);
            using var kept = parsed.GetValue(secrets) is { } path ? new NewFile(path) : null;
            return Fetch(context, parsed, state.Stream) is { } refusal ? refusal : Save(context, parsed, state, kept);
        }));
        return command;
    }

    /// <summary>From the gateway that runs; without one, from its database.</summary>
    /// <returns>The exit code of a failure that was reported; null: it is written.</returns>
    private static int? Fetch(CommandContext context, ParseResult parsed, FileStream output)
    {
        var socket = parsed.GetValue(context.Socket) ?? context.SocketOf(parsed);
        var gateway = context.SessionAt(socket, parsed);
        var reply = gateway.Client.BackUp(output);

        // One that is slow is not away: a copy beside it would not have what it has in memory.
        if (reply.Trouble != NoReply.Unreachable || parsed.GetValue(context.Socket) is not null || ControlRights.IsAnswering(socket))
        {
            return gateway.FailureOf(reply) is { } fault ? context.Conclude(parsed, new CommandOutcome(false, fault.Text, fault.Code)) : null;
        }

        if (context.LoadFile(parsed) is not { } settings)
        {
            throw new BackupException($"no gateway runs, and there is no configuration {CommandContext.DefaultConfig}; name it with --config");
        }

        var config = settings.Config ?? throw new BackupException($"no gateway runs, and the configuration has errors: {settings.Errors[0]}");
        using var backup = StateBackup.CreateOf(config.State.Directory, Path.GetDirectoryName(output.Name)!, settings.Text, TimeProvider.System.GetUtcNow());
        backup.CopyTo(output);
        return null;
    }

    /// <summary>Reads the new file, so that a backup that could not be restored is never called one, and gives the files their names.</summary>
    private static int Save(CommandContext context, ParseResult parsed, NewFile state, NewFile? secrets)
    {
        state.Stream.Flush(flushToDisk: true);
        var text = new MemoryStream();
        var manifest = BackupReader.Read(state.Stream.Name, BackupManifest.State, part => part.Name == BackupManifest.Configuration ? text : null);
        var named = ConfigurationFile.Parse(Encoding.UTF8.GetString(text.ToArray()), BackupManifest.Configuration).Config is { } config ? NamedFiles.Of(config).ToList() : [];
        var keys = secrets is null ? [] : StateBackup.WriteSecrets(secrets.Stream, named, manifest.Time);
        state.Complete();
        var outcome = $"the state and the configuration are in {state.Path} ({state.Length} octets)";
        if (keys.Count > 0)
        {
            secrets!.Complete();
            outcome += $"; {string.Join(", ", keys)} are in {secrets.Path}: keep it where only you can read it";
        }
        else if (secrets is not null)
        {
            outcome += $"; the configuration names no other files, and {secrets.Path} was not written";
        }
        else if (named.Count > 0)
        {
            outcome += $"; not in it: {string.Join(", ", named.Select(file => file.Path))} (--secrets backs them up)";
        }

        return context.Conclude(parsed, new CommandOutcome(true, outcome));
    }

    private static OrderCommand Restore(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var secrets = new Option<string>("--secrets") { Description = "Also restore the files that the configuration names, from this file.", HelpName = "FILE" };
        var stateOnly = new Option<bool>("--state-only") { Description = "Restore the state; the configuration that is here stays." };
        var force = new Option<bool>("--force") { Description = "Replace what is here. A copy is kept beside it." };
        var command = new OrderCommand(
            "restore", "Restore a backup. No gateway may run.",
            "restore innkeeper.backup", "restore innkeeper.backup --secrets innkeeper.secrets --force", "restore innkeeper.backup --state-only")
        {
            file, secrets, stateOnly, force, context.Config, context.Json,
        };
        command.SetAction(parsed => context.Attempt(parsed, () =>
        {
            var order = new RestoreOrder(
                parsed.GetValue(file)!, parsed.GetValue(secrets), parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig, parsed.GetValue(stateOnly), parsed.GetValue(force), Environment.UserName);
            var report = new Restoration(order, ControlRights.IsAnswering, new MachineClock()).Run();
            if (report.Written.Contains(CommandContext.DefaultConfig))
            {
                ServiceUser.Give(CommandContext.DefaultConfig);
            }

            var code = context.Conclude(parsed, new CommandOutcome(true, TextOf(report)));
            Advise(context, report);
            return code;
        }));
        return command;
    }

    private static string TextOf(RestoreReport report) =>
        $"restored {string.Join(", ", report.Written)} from the backup of {report.Backup.Host} at {report.Backup.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"
        + (report.Kept.Count > 0 ? $"; what was there is kept in {string.Join(", ", report.Kept)}" : "")
        + (report.SkippedFiles.Count > 0 ? $"; not restored, as {(report.SkippedFiles.Count == 1 ? "it is" : "they are")} outside of the configuration's folder: {string.Join(", ", report.SkippedFiles)} (unpack the file with secrets with `tar -xzf`, and copy {(report.SkippedFiles.Count == 1 ? "it" : "them")} there)" : "")
        + (report.SkippedRows > 0 ? $"; {report.SkippedRows} invalid rows were left out" : "");

    /// <summary>The backup may be another machine's.</summary>
    private static void Advise(CommandContext context, RestoreReport report)
    {
        foreach (var fault in MachineCheck.Errors(report.Configuration))
        {
            context.Errors.WriteLine($"innkeeper: before you start the gateway: {fault}");
        }
    }

    /// <summary>A file that has its name only when it is complete.</summary>
    private sealed class NewFile : IDisposable
    {
        public NewFile(string path)
        {
            Path = System.IO.Path.GetFullPath(path);
            File.Delete(Unfinished);
            Stream = new FileStream(Unfinished, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }

        public string Path { get; }

        public FileStream Stream { get; }

        public long Length { get; private set; }

        private string Unfinished => Path + ".new";

        public void Complete()
        {
            Stream.Flush(flushToDisk: true);
            Length = Stream.Length;
            File.Move(Unfinished, Path, overwrite: true);
        }

        public void Dispose()
        {
            Stream.Dispose();
            File.Delete(Unfinished);
        }
    }
}
