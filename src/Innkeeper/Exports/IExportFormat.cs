namespace Innkeeper.Exports;

/// <summary>A record as the spool has it.</summary>
/// <param name="Record">Null: the line is damaged, or was erased.</param>
/// <param name="Line">As it is on disk, without the line's end.</param>
internal readonly record struct SpooledRecord(long Number, ExportRecord? Record, ReadOnlyMemory<byte> Line);

/// <summary>Octets that are written at once: a datagram, or a whole part of a stream.</summary>
/// <param name="Records">How many records it has.</param>
/// <param name="Last">The number of the last of them; 0: it has none.</param>
internal readonly record struct ExportPacket(ReadOnlyMemory<byte> Octets, int Records, long Last);

/// <summary>Makes octets of records. No I/O, clock or log; one thread at a time.</summary>
internal interface IExportFormat
{
    /// <summary>A connection begins.</summary>
    void Begin();

    /// <param name="records">In their order.</param>
    /// <param name="now">By the wall clock.</param>
    IEnumerable<ExportPacket> PacketsOf(IReadOnlyList<SpooledRecord> records, DateTimeOffset now);
}

/// <summary>Lines of JSON, as the spool has them.</summary>
internal sealed class JsonFormat : IExportFormat
{
    /// <inheritdoc/>
    public void Begin()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<ExportPacket> PacketsOf(IReadOnlyList<SpooledRecord> records, DateTimeOffset now)
    {
        var whole = records.Where(r => r.Record is not null).ToList();
        if (whole.Count > 0)
        {
            yield return new ExportPacket(whole.SelectMany(r => (byte[])[.. r.Line.Span, (byte)'\n']).ToArray(), whole.Count, whole[^1].Number);
        }
    }
}
