using System.Runtime.InteropServices;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>A qdisc as RTM_NEWQDISC reports it: its interface and its kind.</summary>
internal readonly record struct QdiscRecord(int Index, string Kind)
{
    /// <summary>Reads the payload of an RTM_NEWQDISC message.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out QdiscRecord qdisc)
    {
        qdisc = default;
        if (payload.Length < TcMsgSize)
        {
            return false;
        }

        var attributes = new AttributeReader(payload[TcMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == TCA_KIND)
            {
                qdisc = new QdiscRecord(MemoryMarshal.Read<int>(payload[4..]), AttributeReader.Text(value));
                return true;
            }
        }

        return false;
    }
}

/// <summary>The place of a classifier at a clsact.</summary>
internal readonly record struct ClassifierPlace(int Index, bool IsEgress, ushort Priority, uint Handle);

/// <summary>
/// A classifier as RTM_NEWTFILTER reports it. Name and program are those of a BPF classifier; the program is the kernel's number for it.
/// </summary>
internal readonly record struct ClassifierRecord(ClassifierPlace Place, string Kind, string Name, uint Program)
{
    /// <summary>Reads the payload of an RTM_NEWTFILTER message; the one that only opens a priority, before the BPF classifiers there, is left out.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out ClassifierRecord classifier)
    {
        classifier = default;
        if (payload.Length < TcMsgSize)
        {
            return false;
        }

        string kind = "", name = "";
        uint program = 0;
        var attributes = new AttributeReader(payload[TcMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case TCA_KIND:
                    kind = AttributeReader.Text(value);
                    break;
                case TCA_OPTIONS when kind == "bpf":
                    ReadBpf(value, ref name, ref program);
                    break;
            }
        }

        var place = new ClassifierPlace(
            MemoryMarshal.Read<int>(payload[4..]), MemoryMarshal.Read<uint>(payload[12..]) == ClsactEgress,
            (ushort)(MemoryMarshal.Read<uint>(payload[16..]) >> 16), MemoryMarshal.Read<uint>(payload[8..]));
        classifier = new ClassifierRecord(place, kind, name, program);
        return kind != "bpf" || place.Handle != 0;
    }

    private static void ReadBpf(ReadOnlySpan<byte> options, ref string name, ref uint program)
    {
        var attributes = new AttributeReader(options);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case TCA_BPF_NAME:
                    name = AttributeReader.Text(value);
                    break;
                case TCA_BPF_ID when value.Length >= sizeof(uint):
                    program = MemoryMarshal.Read<uint>(value);
                    break;
            }
        }
    }
}
