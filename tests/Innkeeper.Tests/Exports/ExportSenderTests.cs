using Innkeeper.Events;
using Innkeeper.Exports;
using Innkeeper.Notifications;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Exports;

public sealed class ExportSenderTests : IDisposable
{
    private static readonly ExportTiming s_timing = new(new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();
    private readonly ScriptedCarrier _carrier = new();
    private readonly List<GatewayEvent> _events = [];
    private readonly ExportSpool _spool;
    private readonly ExportSender _sender;

    public ExportSenderTests()
    {
        _spool = new ExportSpool(Path.Combine(_directory.Path, "siem"), 4096);
        _sender = new ExportSender("siem", "tcp://192.0.2.7:514", _spool, new TextFormat(), _carrier, s_timing, _clock, _events.Add, NullLogger.Instance);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _spool.Dispose();
        _directory.Dispose();
    }

    private void Add(params IEnumerable<string> texts) => _spool.Append([.. texts.Select(t => new ExportRecord(DateTimeOffset.UnixEpoch, ExportRecord.Event) { Text = t }.ToLine())]);

    [Fact]
    public void Records_AreSentInOrder_AndGo()
    {
        Add("a", "b", "c");

        Assert.Equal(TimeSpan.Zero, _sender.Turn());
        Assert.True(_sender.Turn() > TimeSpan.FromSeconds(10));
        Assert.Equal(["a", "b", "c"], _carrier.Written);
        Assert.Equal((3, 0, 0), (_sender.Exported, _spool.Waiting.Records, _events.Count));
        Assert.Equal(1, _carrier.Opened);
    }

    [Fact]
    public void CollectorThatIsAway_TheyWait_WithGrowingPauses_AndNoneIsLost()
    {
        _carrier.Fault = "refused";
        Add("a");
        var pauses = Enumerable.Range(0, 6).Select(_ => _sender.Turn().TotalSeconds).ToList();

        Assert.All(pauses.Zip([1.0, 2, 4, 8, 8, 8]), p => Assert.InRange(p.First, p.Second * 0.8, p.Second * 1.2));
        _carrier.Fault = null;
        Add("b");
        _sender.Turn();
        Assert.Equal(["a", "b"], _carrier.Written);
        Assert.Equal(0, _spool.Lost);
    }

    [Fact]
    public void ShortFailure_IsNoEvent()
    {
        _carrier.Fault = "refused";
        Add("a");
        _sender.Turn();
        _clock.Advance(TimeSpan.FromSeconds(10));
        _sender.Turn();
        Assert.Null(_sender.Failing);
        _carrier.Fault = null;
        _sender.Turn();
        _sender.Turn();

        Assert.Empty(_events);
    }

    [Fact]
    public void FailureThatLasts_IsOneEventWhenItBegins_AndOneWhenItEnds()
    {
        _carrier.Fault = "refused";
        Add("a", "b");
        for (var i = 0; i < 5; i++)
        {
            _sender.Turn();
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal([new ExportFailed("siem", "tcp://192.0.2.7:514", "refused", 2)], _events);
        Assert.Equal("refused", _sender.Failing!.Reason);
        _carrier.Fault = null;
        _sender.Turn();
        _sender.Turn();
        Assert.Equal(new ExportRestored("siem", "tcp://192.0.2.7:514", 0), Assert.IsType<ExportRestored>(_events[^1]));
        Assert.Null(_sender.Failing);
        Assert.Equal(2, _events.Count);
    }

    /// <summary>What was written and not acknowledged comes again over the next connection: at least once, never not at all.</summary>
    [Fact]
    public void ConnectionThatBreaks_SendsAgainWhatWasNotAcknowledged()
    {
        _carrier.IsSettled = false;
        Add("a", "b");
        _sender.Turn();
        Assert.Equal(2, _spool.Waiting.Records);
        _carrier.Fault = "reset";
        Add("c");
        _sender.Turn();
        (_carrier.Fault, _carrier.IsSettled) = (null, true);
        _sender.Turn();

        Assert.Equal(["a", "b", "a", "b", "c"], _carrier.Written);
        Assert.Equal((2, 3), (_carrier.Opened, _sender.Exported));
    }

    [Fact]
    public void FailureInTheMiddle_SendsAgainFromTheLastAcknowledged()
    {
        Add("a");
        _sender.Turn();
        Add("b", "c");
        _carrier.FailsAfter = 1;
        _sender.Turn();
        _carrier.Fault = null;
        _sender.Turn();

        Assert.Equal(["a", "b", "b", "c"], _carrier.Written);
    }

    /// <summary>A collector whose host is gone without a word: TCP would wait for a quarter of an hour.</summary>
    [Fact]
    public void CollectorThatAcknowledgesNothing_IsLeftAfterAWhile()
    {
        _carrier.IsSettled = false;
        Add("a");
        _sender.Turn();
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.NotEqual(TimeSpan.Zero, _sender.Turn());
        Assert.Equal(1, _carrier.Closed);
        _carrier.IsSettled = true;
        _sender.Turn();
        Assert.Equal(["a", "a"], _carrier.Written);
    }

    [Fact]
    public void TooManyWait_IsAnEvent_AndTheEndSaysHowManyWereLost()
    {
        _carrier.Fault = "refused";
        _sender.Turn();
        for (var i = 0; i < 200; i++)
        {
            Add($"r{i}");
            _sender.Turn();
        }

        Assert.Equal([new ExportLosing("siem", "tcp://192.0.2.7:514")], _events);
        _carrier.Fault = null;
        while (_sender.Turn() == TimeSpan.Zero)
        {
        }

        Assert.Equal(new ExportRestored("siem", "tcp://192.0.2.7:514", _spool.Lost), _events[^1]);
        Assert.True(_spool.Lost > 0);
        Assert.Equal(200, _spool.Lost + _carrier.Written.Count);
        Assert.Equal("r199", _carrier.Written[^1]);
    }

    [Fact]
    public void RecordsThatWereErased_AreNotSent()
    {
        Add("a", "secret", "c");
        _spool.Erase(r => r.Text == "secret");
        _sender.Turn();

        Assert.Equal(["a", "c"], _carrier.Written);
        Assert.Equal(0, _spool.Waiting.Records);
    }

    [Fact]
    public void Thread_SendsWhenItIsWoken_AndEndsWithAllSent()
    {
        _sender.Begin();
        Add("a");
        _sender.Wake();
        Wait.For(() => _sender.Exported == 1);
        Add("b");
        _sender.Dispose();

        Assert.Equal(["a", "b"], _carrier.Written);
        Assert.Equal(1, _carrier.Closed);
    }
}
