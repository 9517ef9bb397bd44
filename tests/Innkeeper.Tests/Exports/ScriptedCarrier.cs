using System.Text;
using Innkeeper.Exports;

namespace Innkeeper.Tests.Exports;

/// <summary>A collector that a test controls.</summary>
internal sealed class ScriptedCarrier : IExportCarrier
{
    /// <summary>Why it is not there; null: it is.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether it acknowledges.</summary>
    public bool IsSettled { get; set; } = true;

    /// <summary>Fails after this many more writes; negative: never.</summary>
    public int FailsAfter { get; set; } = -1;

    public List<string> Written { get; } = [];

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public void Open(CancellationToken stop)
    {
        Demand();
        Opened++;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        Demand();
        if (FailsAfter-- == 0)
        {
            Fault = "reset";
        }

        Demand();
        Written.Add(Encoding.UTF8.GetString(octets));
    }

    public bool Settle()
    {
        Demand();
        return IsSettled;
    }

    public void Close() => Closed++;

    private void Demand()
    {
        if (Fault is { } fault)
        {
            throw new IOException(fault);
        }
    }
}

/// <summary>Each record is its text.</summary>
internal sealed class TextFormat : IExportFormat
{
    public void Begin()
    {
    }

    public IEnumerable<ExportPacket> PacketsOf(IReadOnlyList<SpooledRecord> records, DateTimeOffset now) =>
        records.Where(r => r.Record is not null).Select(r => new ExportPacket(Encoding.UTF8.GetBytes(r.Record!.Text!), 1, r.Number));
}
