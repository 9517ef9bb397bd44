using Innkeeper.Configuration;
using Innkeeper.FirstRun;
using Innkeeper.Hosting;
using Innkeeper.Wire;

namespace Innkeeper.Cli.Setup;

/// <summary>The request on the command line.</summary>
/// <param name="Access">Null: not given; so is <paramref name="Uplink"/>. The same twice: one arm.</param>
/// <param name="IsConfirmed">Nothing is asked: the suggestions hold.</param>
/// <param name="Replaces">A file that is there is replaced.</param>
internal sealed record SetupRequest(string File, string? Access, string? Uplink, bool IsConfirmed, bool Replaces);

/// <summary>This host, as `setup` sees it.</summary>
/// <param name="Interfaces">Those that a gateway can use.</param>
/// <param name="Answers">Lines that the administrator types; null: there is no terminal.</param>
/// <param name="Etc">The directory that stands for /etc.</param>
/// <param name="HasUnit">systemd runs and knows innkeeper.service.</param>
/// <param name="Give">Gives the service's configuration file to its user.</param>
internal sealed record SetupHost(Func<IReadOnlyList<SurveyedInterface>> Interfaces, TextReader? Answers, string Etc, bool HasUnit, Action<string> Give);

/// <summary>Writes the first configuration file, checks it, and says what to do next.</summary>
/// <param name="check">Checks the file as `innkeeper check` does, and prints what it finds.</param>
/// <param name="isServing">Whether a gateway answers at a control socket.</param>
internal sealed class SetupRun(CommandContext context, SetupHost host, Func<ConfigurationResult, int> check, Func<string, bool> isServing)
{
    public int Run(SetupRequest request)
    {
        if (File.Exists(request.File) && !request.Replaces)
        {
            return context.Fail($"{SafeText.Shorten(request.File)} is there already; --force replaces it and keeps it as {SafeText.Shorten(BackupOf(request.File))}");
        }

        var interfaces = host.Interfaces();
        if (interfaces.Count == 0)
        {
            return context.Fail("this host has no Ethernet interface");
        }

        var names = string.Join(", ", interfaces.Select(i => i.Name));
        if (new[] { request.Access, request.Uplink }.FirstOrDefault(n => n is not null && interfaces.All(i => i.Name != n)) is { } missing)
        {
            return context.Fail($"there is no Ethernet interface {SafeText.Shorten(missing)} that a gateway can use; this host has {names}");
        }

        if (host.Answers is null && (request.Access is null || request.Uplink is null))
        {
            context.Errors.WriteLine($"innkeeper setup: there is no terminal to ask at; give --access and --uplink, or --on for one arm. This host has {names}. See `innkeeper setup --help`");
            return ExitCode.Usage;
        }

        return Choose(request, interfaces) is { } chosen ? Write(request.File, chosen) : context.Fail("nothing was written");
    }

    private static string BackupOf(string file) => file + ".bak";

    /// <returns>Null: the administrator does not want it, or cannot be asked.</returns>
    private ChosenInterfaces? Choose(SetupRequest request, IReadOnlyList<SurveyedInterface> interfaces)
    {
        if (request is { Access: { } access, Uplink: { } uplink } && (request.IsConfirmed || host.Answers is null))
        {
            return new ChosenInterfaces(access, uplink);
        }

        if (request.IsConfirmed)
        {
            var wayOut = request.Uplink ?? PortSuggestion.Uplink(interfaces);
            if (wayOut is not null && (request.Access ?? PortSuggestion.Access(interfaces, wayOut)) is { } devices)
            {
                return new ChosenInterfaces(devices, wayOut);
            }

            context.Errors.WriteLine("innkeeper: the interfaces do not show which has the devices and which leads out; give --access and --uplink, or leave out --yes to be asked");
            return null;
        }

        var dialog = new SetupDialog(interfaces, host.Answers!, context.Output);
        return dialog.Run(request.Access, request.Uplink) is { } chosen && dialog.Confirm(request.File) == true ? chosen : null;
    }

    private int Write(string file, ChosenInterfaces chosen)
    {
        try
        {
            const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, Open);
            }

            if (File.Exists(file))
            {
                File.Copy(file, BackupOf(file), overwrite: true);
                context.Output.WriteLine($"kept the previous file as {BackupOf(file)}");
            }

            SafeFile.Write(file, SetupFile.Text(chosen));
            if (host.HasUnit && file == CommandContext.DefaultConfig)
            {
                host.Give(file);
            }

            context.Output.WriteLine($"wrote {file}");
            foreach (var done in new NetworkManagers(host.Etc).Apply(chosen))
            {
                context.Output.WriteLine(done.ToString());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Fail($"{SafeText.OneLine(e.Message)}{(e is UnauthorizedAccessException ? "; run this as root" : "")}");
        }

        var result = ConfigurationFile.Load(file);
        var code = check(result);
        if (code == ExitCode.Ok)
        {
            var isUsual = file == CommandContext.DefaultConfig;
            var config = isUsual ? "" : $" --config {file}";
            context.Output.WriteLine(
                isServing(result.ControlSocket) ? $"next: `innkeeper config reload{config}` makes the running gateway use it"
                : host.HasUnit && isUsual ? "next: `systemctl enable --now innkeeper` starts the gateway, now and at every boot"
                : $"next: `innkeeper run{config}` starts the gateway");
            context.Output.WriteLine($"then: `innkeeper status{config}` shows whether all is well, and `innkeeper devices{config}` shows the devices");
        }

        return code;
    }
}
