using System.Globalization;
using System.Text.Json;

namespace Innkeeper.Lab;

/// <summary>The gateway under test: its life and its reports.</summary>
internal sealed partial class Testbed
{
    /// <summary>The JSON names' style of all reports.</summary>
    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Debian's faketime.</summary>
    internal const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    /// <summary>
    /// Python that becomes the program of its arguments, for which bpf(2) with BPF_PROG_ATTACH, BPF_PROG_DETACH and BPF_PROG_QUERY ends with
    /// EINVAL, as these do about tcx on a kernel before 6.6: a seccomp filter, which reads the call's number, then its first argument.
    /// </summary>
    private const string WithoutTcx = """
        import ctypes, os, struct, sys
        steps = [(0x20, 0, 0, 0), (0x15, 0, 5, 321), (0x20, 0, 0, 16), (0x15, 2, 0, 8), (0x15, 1, 0, 9), (0x15, 0, 1, 16), (6, 0, 0, 0x50016), (6, 0, 0, 0x7fff0000)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
        libc = ctypes.CDLL(None)
        assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0
        os.execvp(sys.argv[1], sys.argv[1:])
        """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string binary = GatewayBinary.Find() ?? "innkeeper";

    public string ConfigPath => Path.Combine(Directory, "innkeeper.toml");

    public string StateDirectory => Path.Combine(Directory, "state");

    /// <summary>The mount point for the gateway's bpffs.</summary>
    public string BpffsDirectory => Path.Combine(Directory, "bpf");

    public string ControlSocket => Path.Combine(Directory, "control.sock");

    private string ClockPath => Path.Combine(Directory, "clock");

    /// <summary>The command that asks the running gateway, for people.</summary>
    public string CliText(string subcommand) => $"{Enter(Gateway)} {binary} {subcommand} --config {ConfigPath}";

    /// <summary>Writes the configuration and starts the gateway; returns when it reports that it is ready.</summary>
    /// <exception cref="LabException">It did not become ready; the message holds its log.</exception>
    /// <param name="keepsFile">The configuration file stays as it is.</param>
    public void StartGateway(GatewaySettings? settings = null, bool keepsFile = false)
    {
        settings ??= GatewaySettings.Default;
        if (!keepsFile)
        {
            File.WriteAllText(ConfigPath, Configuration(settings));
        }

        System.IO.Directory.CreateDirectory(StateDirectory);
        System.IO.Directory.CreateDirectory(BpffsDirectory);
        string[] environment =
        [
            .. settings.TrustedCertificates is { } file ? (string[])[$"SSL_CERT_FILE={Path.Combine(Directory, file)}"] : [],
            .. settings.Clock == TimeSpan.Zero ? (string[])[] : [$"LD_PRELOAD={FakeTime}", "DONT_FAKE_MONOTONIC=1", $"FAKETIME_TIMESTAMP_FILE={ClockPath}", "FAKETIME_CACHE_DURATION=1"],
        ];
        if (settings.Clock != TimeSpan.Zero)
        {
            SetClock(settings.Clock);
        }

        string[] wrapper = settings.WithoutTcx ? ["/usr/bin/python3", "-c", WithoutTcx] : [];
        var process = Start(Gateway, ["env", .. environment, .. wrapper, settings.Program ?? binary, "run", "--config", ConfigPath]);
        GatewayProcess = process;
        Wait.For("the gateway is ready", () => process.Stdout.Split('\n').Contains("ready") || process.HasExited, StartTimeout, process.ToString);
        if (process.HasExited)
        {
            throw new LabException($"the gateway ended with {process.ExitCode}:\n{process}");
        }
    }

    /// <summary>Sets the clock of a gateway that was started with one of its own; the gateway sees that within a second.</summary>
    /// <param name="ahead">How far it is before this machine's.</param>
    public void SetClock(TimeSpan ahead)
    {
        File.WriteAllText(ClockPath + ".new", string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0}\n"));
        File.Move(ClockPath + ".new", ClockPath, overwrite: true);
    }

    /// <summary>Sends the gateway a signal and waits for its end.</summary>
    public void KillGateway(int signal)
    {
        var process = GatewayProcess ?? throw new LabException("no gateway was started");
        process.Signal(signal);
        if (!process.WaitForExit(TimeSpan.FromSeconds(15)))
        {
            throw new LabException($"the gateway did not end on signal {signal}:\n{process}");
        }
    }

    /// <summary>Runs a subcommand of the gateway's program with this testbed's configuration.</summary>
    public CommandResult Cli(params string[] arguments)
    {
        var result = Run(Gateway, [binary, .. arguments, "--config", ConfigPath]);
        return result with { IsFinding = arguments is ["status", ..] && result is { ExitCode: 1 or 2, Stdout.Length: > 0 } };
    }

    public StatusReport StatusJson() => Ask<StatusReport>("status");

    public DevicesReport DevicesJson() => Ask<DevicesReport>("devices");

    /// <summary>The gateway's report of a device, or null.</summary>
    public DeviceReport? Find(Device device) =>
        DevicesJson().Devices.SingleOrDefault(each => each.Mac.Equals(device.Mac, StringComparison.OrdinalIgnoreCase) && (each.Vlan ?? 0) == (device.Vlan ?? 0));

    /// <summary>A device's outside address, once it has one.</summary>
    public string AwaitLegalAddress(Device device, string? claimed = null)
    {
        BindingReport? binding = null;
        Wait.For($"{device.Name} ({device.Mac}) has an outside address",
            () => (binding = Find(device)?.Bindings.FirstOrDefault(each => each.Claimed == (claimed ?? device.Address) && each.Legal is not null)) is not null,
            TimeSpan.FromSeconds(15), () => Cli("devices", "--json").ToString());
        return binding!.Legal!;
    }

    private T Ask<T>(string subcommand)
    {
        var answer = Cli(subcommand, "--json").AssertOk();
        try
        {
            return JsonSerializer.Deserialize<T>(answer.Stdout, Json)!;
        }
        catch (JsonException error)
        {
            throw new LabException($"not the JSON of the contract: {error.Message}\n{answer}");
        }
    }

    private string Configuration(GatewaySettings settings) => string.Create(CultureInfo.InvariantCulture, $"""
        [access]
        interface = "{AccessInterface}"
        {settings.Access}
        {(settings.Vlans.Count > 0 ? $"vlans = [{string.Join(", ", settings.Vlans)}]" : "")}

        [uplink]
        interface = "{UplinkInterface}"
        {settings.Uplink}

        [pool]
        {(settings.Pool is { } pool ? $"addresses = [\"{pool}\"]" : "")}
        idle = "{settings.Idle}"

        [profiles.default]
        inbound = {(settings.Inbound ? "true" : "false")}
        isolate = {(settings.Isolate ? "true" : "false")}
        {settings.Denied}
        addresses = {settings.AddressesPerDevice}
        {settings.Profile}

        [napt]
        {settings.Napt}

        [state]
        directory = "{StateDirectory}"

        [dataplane]
        bpffs = "{BpffsDirectory}"

        [control]
        socket = "{ControlSocket}"

        [dns]
        upstream = [{string.Join(", ", settings.Upstreams.Select(each => $"\"{each}\""))}]
        {settings.Dns}

        {settings.Extra}
        """);
}
