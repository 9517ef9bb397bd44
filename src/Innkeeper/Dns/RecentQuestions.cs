using System.Runtime.CompilerServices;
using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>A device's last question and last answer.</summary>
/// <param name="AskedAgo">Since the question.</param>
/// <param name="Name">The question's name and type, safe to show; empty: it cannot be read.</param>
/// <param name="Server">The server that the device asked.</param>
/// <param name="AnsweredAgo">Since the last answer; null: it got none.</param>
/// <param name="Code">The last answer's.</param>
internal sealed record DnsExchange(TimeSpan AskedAgo, string Name, Ipv4Address Server, TimeSpan? AnsweredAgo, DnsResponseCode Code)
{
    /// <summary>Whether the last question was answered.</summary>
    public bool IsAnswered => AnsweredAgo <= AskedAgo;
}

/// <summary>
/// Keeps each device's last question and answer, for questions about a device that is not online. Bounded, and allocates nothing when a question comes.
/// The DNS thread only.
/// </summary>
internal sealed class RecentQuestions
{
    /// <summary>Devices.</summary>
    public const int Capacity = 4096;

    /// <summary>Octets kept of a question: the longest name, and its type.</summary>
    private const int Kept = DnsName.MaxSize + sizeof(ushort);

    private readonly RecentTable<Ipv4Address, Trace> _devices = new(Capacity);

    /// <param name="message">Any octets.</param>
    public void Asked(in DnsClient client, ReadOnlySpan<byte> message, TimeSpan now)
    {
        ref var trace = ref _devices.Touch(client.Address);
        (trace.Asked, trace.Server) = (now, client.Asked);
        var question = message.Length > DnsHeader.Size ? message[DnsHeader.Size..] : [];
        trace.Length = (ushort)Math.Min(question.Length, Kept);
        question[..trace.Length].CopyTo(trace.Question);
    }

    /// <param name="message">The answer.</param>
    public void Answered(in DnsClient client, ReadOnlySpan<byte> message, TimeSpan now)
    {
        ref var trace = ref _devices.Touch(client.Address);
        (trace.Answered, trace.Code) = (now, DnsHeader.TryParse(message, out var header) ? header.ResponseCode : DnsResponseCode.ServerFailure);
    }

    public void Clear() => _devices.Clear();

    /// <param name="device">The inside address.</param>
    /// <param name="since">When the device got that address: an earlier question is another device's.</param>
    /// <returns>Null: it has not asked lately.</returns>
    public DnsExchange? Find(Ipv4Address device, TimeSpan since, TimeSpan now)
    {
        if (!_devices.TryGet(device, out var trace) || trace.Asked == default || trace.Asked < since)
        {
            return null;
        }

        var isAnswered = trace.Answered != default && trace.Answered >= since;
        return new DnsExchange(now - trace.Asked, NameOf(trace), trace.Server, isAnswered ? now - trace.Answered : null, trace.Code);
    }

    private static string NameOf(in Trace trace)
    {
        ReadOnlySpan<byte> question = trace.Question;
        question = question[..trace.Length];
        if (!DnsName.TrySkip(question, 0, out var end) || question.Length < end + sizeof(ushort) || !DnsName.IsWireForm(question[..end]))
        {
            return "";
        }

        var type = (DnsType)System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(question[end..]);
        return $"{SafeText.Shorten(DnsName.Format(question[..end]))} {(Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : $"type {(int)type}")}";
    }

    private struct Trace
    {
        public TimeSpan Asked;
        public TimeSpan Answered;
        public Ipv4Address Server;
        public DnsResponseCode Code;
        public ushort Length;
        public QuestionOctets Question;
    }

    [InlineArray(Kept)]
    private struct QuestionOctets
    {
        private byte _first;
    }
}
