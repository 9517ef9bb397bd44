using Innkeeper.Clocks;
using Innkeeper.FirstRun;
using Innkeeper.Management;
using Innkeeper.Revisions;

namespace Innkeeper.Tests.FirstRun;

/// <summary>The first configuration stays only with a confirmation; otherwise all is as it was before.</summary>
public sealed class TrialTests : IFirstRunFiles, ITrialGateway, IDisposable
{
    private const string Text = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";

    private static readonly FirstRunOrder s_order = new(new Actor("anna", ActorKind.Person, Permission.Admin, "192.0.2.7"), new ChosenInterfaces("eth1", "eth0"), Text, null);
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(10);

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _done = [];
    private readonly RevisionStore _store;
    private Action _started = () => { };
    private Action _stopped = () => { };
    private string? _startFailure;
    private string? _whyEnded;

    public TrialTests() => _store = new RevisionStore(_directory);

    string IFirstRunFiles.Present => "";

    string? ITrialGateway.WhyEnded => _whyEnded;

    public void Dispose()
    {
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    void IFirstRunFiles.Write(FirstRunOrder order) => _done.Add("write");

    void IFirstRunFiles.TakeBack() => _done.Add("take back");

    string? ITrialGateway.Start(TimeSpan limit, CancellationToken stop)
    {
        _done.Add("start");
        _started();
        return _startFailure;
    }

    void ITrialGateway.Stop()
    {
        _done.Add("stop");
        _stopped();
    }

    void ITrialGateway.Keep() => _done.Add("keep");

    private string? Run(TimeSpan limit) => new Trial(this, this, _store, new MachineClock(), limit).Run(s_order, _stop.Token);

    private ChangeNote Note => _store.LoadNote()!;

    [Fact]
    public void Confirmation_KeepsIt()
    {
        _started = () =>
        {
            var note = Note;
            Assert.Equal((true, ChangePhase.Starting, "", Text, "anna", 600), (note.IsFirst, note.Phase, note.Before, note.After, note.By, (int)note.Limit));
            _store.DeleteNote();
        };

        Assert.Null(Run(s_late));
        Assert.Equal(["write", "start", "keep"], _done);
    }

    [Fact]
    public void NoConfirmation_TakesAllBack()
    {
        Assert.Equal("it was not confirmed within 0 s", Run(s_soon));

        Assert.Equal(["write", "start", "stop", "stop", "take back"], _done);
        Assert.Null(_store.LoadNote());
    }

    [Fact]
    public void Undo_TakesItBackAtOnce()
    {
        _started = () => _store.Save(Note with { Phase = ChangePhase.Undoing, UndoneBy = "bob" });

        Assert.Equal("bob undid it", Run(s_late));
        Assert.Equal("take back", _done[^1]);
    }

    [Fact]
    public void AGatewayThatDoesNotStart_IsTakenBack_WithItsSentence()
    {
        _startFailure = "there is no interface eth1";

        Assert.Equal("there is no interface eth1", Run(s_late));
        Assert.Equal(["write", "start", "stop", "stop", "take back"], _done);
    }

    [Fact]
    public void AGatewayThatEnds_IsTakenBack()
    {
        _whyEnded = "the gateway ended with 3";

        Assert.Equal("the gateway ended with 3", Run(s_late));
        Assert.Equal("take back", _done[^1]);
    }

    [Fact]
    public void AnEndOfThisCommand_TakesItBack()
    {
        _started = _stop.Cancel;

        Assert.Equal("`innkeeper setup` was stopped", Run(s_late));
        Assert.Equal("take back", _done[^1]);
    }

    /// <summary>The note is read again when no process can change it any more.</summary>
    [Fact]
    public void AConfirmationInTheLastMoment_Counts()
    {
        _stopped = () =>
        {
            if (_done.Count(d => d == "stop") == 1)
            {
                _store.DeleteNote();
            }
        };

        Assert.Null(Run(s_soon));
        Assert.Equal(["write", "start", "stop", "start", "keep"], _done);
    }

    [Fact]
    public void AFileThatCannotBeWritten_StartsNothing()
    {
        var files = new Unwritable();

        Assert.Equal("the disk is full", new Trial(files, this, _store, new MachineClock(), s_late).Run(s_order, _stop.Token));
        Assert.Empty(_done);
    }

    private sealed class Unwritable : IFirstRunFiles
    {
        public string Present => "";

        public void Write(FirstRunOrder order) => throw new IOException("the disk is full");

        public void TakeBack() => throw new InvalidOperationException("nothing was written");
    }
}
