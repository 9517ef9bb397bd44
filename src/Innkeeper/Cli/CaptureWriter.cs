using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Cli;

/// <summary>Writes the whole blocks of a capture as they come, so that the file is whole whenever it ends.</summary>
/// <param name="path">Null: stdout.</param>
/// <param name="begun">Called when the first block has come: nothing is made before.</param>
/// <param name="stop">Ends it.</param>
internal sealed class CaptureWriter(string? path, Action begun, CancellationToken stop) : IDisposable
{
    private readonly byte[] _buffer = new byte[2 * PcapngBlock.Longest];
    private int _filled;
    private FileStream? _file;
    private long _packets;
    private long _dropped;
    private string? _ending;

    /// <summary>Copies the capture until it ends or the command is to end.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="FormatException">The gateway sends something else.</exception>
    public void Read(Stream source)
    {
        while (!stop.IsCancellationRequested)
        {
            int count;
            try
            {
                // On the thread pool: reading the socket has no end that a signal could bring about.
                count = source.ReadAsync(_buffer.AsMemory(_filled), stop).AsTask().GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is OperationCanceledException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException })
            {
                return;
            }

            if (count == 0)
            {
                return;
            }

            _filled += count;
            WriteBlocks();
        }
    }

    /// <summary>Closes the file.</summary>
    public void Finish() => _file?.Dispose();

    public string Summary(string place) =>
        $"{Counted(_packets, "packet")} written to {place}, {(_dropped == 0 ? "none" : $"{_dropped}")} of them dropped by the gateway{(_ending is null ? "" : $"; {SafeText.OneLine(_ending)}")}";

    public void Dispose() => _file?.Dispose();

    private static string Counted(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private void WriteBlocks()
    {
        var done = 0;
        while (PcapngBlock.TryRead(_buffer.AsSpan(done, _filled - done), out var block))
        {
            _packets += block.Kind == PcapngBlockKind.Packet ? 1 : 0;
            _dropped += block is { Kind: PcapngBlockKind.Packet, Comment: not null } ? 1 : 0;
            _ending = block.Kind == PcapngBlockKind.Statistics ? block.Comment ?? _ending : _ending;
            done += block.Length;
        }

        if (done > 0)
        {
            if (_file is null)
            {
                _file = Open();
                begun();
            }

            _file.Write(_buffer, 0, done);
            _file.Flush();
            _buffer.AsSpan(done, _filled - done).CopyTo(_buffer);
            _filled -= done;
        }
    }

    /// <summary>For its owner alone: a capture has what people do with their devices.</summary>
    private FileStream Open()
    {
        if (path is null)
        {
            return new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        }

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (File.Exists(path) && (File.GetUnixFileMode(path) & ~Private) != 0)
        {
            throw new IOException($"{path} is here already and not for its owner alone; remove it, or name another file");
        }

        return new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private });
    }
}
