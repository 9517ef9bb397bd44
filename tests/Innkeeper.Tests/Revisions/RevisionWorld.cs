using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Revisions;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Revisions;

/// <summary>One machine whose gateway starts, is killed, takes over and is started again; its file and its state directory are real.</summary>
internal sealed class RevisionWorld : IMachineClock, IDisposable
{
    public static readonly Author Alice = new("alice", "192.0.2.7");
    public static readonly Author Bob = new("bob");

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public RevisionWorld()
    {
        State = Path.Combine(_directory, "state");
        ConfigFile = Path.Combine(_directory, "innkeeper.toml");
        Events = new EventLog(Clock);
        Store = new RevisionStore(State);
        File.WriteAllText(ConfigFile, Text("30m"));
        Start();
    }

    public string State { get; }

    public string ConfigFile { get; }

    public ManualClock Clock { get; } = new(ManagementFixture.Start);

    public EventLog Events { get; }

    public RevisionStore Store { get; }

    public string BootId { get; set; } = "boot-1";

    public TimeSpan SinceBoot { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan Monotonic => SinceBoot;

    public DateTimeOffset Wall => Clock.Now;

    public bool IsSynchronized => true;

    /// <summary>The settings that the process runs with.</summary>
    public ConfigurationResult Active { get; private set; } = ConfigurationFile.Parse("", "none");

    public SettingsChanges? Process { get; private set; }

    /// <summary>How often a replacement was asked for.</summary>
    public int Replacements { get; private set; }

    public List<string> Faults { get; } = [];

    public SettingsChanges Changes => Process ?? throw new InvalidOperationException("no process runs");

    public string OnDisk => File.ReadAllText(ConfigFile);

    public IEnumerable<string> Outcomes => Changes.History.List.Entries.Select(e => $"{e.Number} {e.How} {e.By} {e.Outcome}");

    public IEnumerable<string> Kinds => Events.Latest().Select(e => e.Kind);

    /// <summary>A text with one setting that differs.</summary>
    public string Text(string idle) => $"""
        access.interface = "eth1"
        uplink.interface = "eth0"
        pool.addresses = ["192.0.2.1"]
        pool.idle = "{idle}"
        state.directory = "{State}"

        """;

    /// <summary>A process reads the file and comes to work.</summary>
    /// <param name="failure">Why newer settings could not be started; then it runs with those that were active.</param>
    public void Start(bool takesOver = false, string? failure = null)
    {
        var loaded = SettingsChanges.Resume(ConfigurationFile.Load(ConfigFile), takesOver, this, Faults.Add);
        Active = failure is null ? loaded : Active;
        Process?.Dispose();
        Process = new SettingsChanges(new SettingsFile(ConfigFile), Active, Store, this, Clock, Events, () => Replacements++, Faults.Add);
        Process.InForce(failure);
    }

    /// <summary>As the gateway does when a replacement was asked for.</summary>
    public void TakeOver(string? failure = null) => Start(takesOver: true, failure);

    public void Kill()
    {
        Process?.Dispose();
        Process = null;
    }

    public void Pass(TimeSpan time)
    {
        SinceBoot += time;
        Clock.Now += time;
    }

    public string? Apply(Author by, string text, int? seconds = null, bool replaces = true) => Changes.Apply(
        by, new ChangeOrder(text, ["pool.idle"], "for the fair", seconds is { } limit ? TimeSpan.FromSeconds(limit) : null, replaces));

    public void Dispose()
    {
        Kill();
        Directory.Delete(_directory, recursive: true);
    }
}
