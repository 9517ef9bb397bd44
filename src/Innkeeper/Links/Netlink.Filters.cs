using System.Runtime.InteropServices;
using Innkeeper.Interop;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>BPF programs as classifiers of an interface's clsact, for kernels without tcx.</summary>
internal static partial class Netlink
{
    /// <summary>Gives an interface a clsact.</summary>
    /// <param name="name">The interface's, for the error's text.</param>
    /// <returns>False when it already has one.</returns>
    /// <exception cref="NetlinkException">Refused.</exception>
    internal static bool AddClsact(int index, string name)
    {
        var operation = $"add a clsact to interface {name}";
        using var socket = new NetlinkSocket();
        var errno = socket.Change(Clsact(stackalloc byte[RequestSize], RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, index), out var detail);
        return errno switch
        {
            0 => true,
            Libc.EEXIST when HasClsact(socket, index) => false,
            Libc.EEXIST => throw new NetlinkException(operation, errno, $"an ingress qdisc is in its place; remove it (`tc qdisc del dev {name} ingress`)"),
            Libc.ENOENT => throw NetlinkException.Lacking(operation, "sch_ingress", errno),
            _ => throw new NetlinkException(operation, errno, detail),
        };
    }

    /// <summary>Removes an interface's clsact, with all classifiers.</summary>
    internal static void DeleteClsact(int index) =>
        Change(Clsact(stackalloc byte[RequestSize], RTM_DELQDISC, NLM_F_ACK, index), $"delete the clsact of interface number {index}", Libc.ENODEV);

    /// <summary>Attaches a program there, and in one step replaces the one with this direction, priority and handle.</summary>
    /// <param name="place">The place.</param>
    /// <param name="on">The interface's name, for the error's text.</param>
    /// <param name="program">Its file descriptor.</param>
    /// <param name="name">The name of the classifier, not of the program.</param>
    /// <exception cref="NetlinkException">Refused.</exception>
    internal static void SetClassifier(ClassifierPlace place, string on, int program, string name)
    {
        var operation = $"add a classifier to interface {on}";
        var request = Classifier(stackalloc byte[RequestSize], RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, place);
        var options = request.BeginNested(TCA_OPTIONS);
        request.AddNumber(TCA_BPF_FD, (uint)program);
        request.AddText(TCA_BPF_NAME, name);
        request.AddNumber(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
        request.EndNested(options);
        using var socket = new NetlinkSocket();
        switch (socket.Change(request, out var detail))
        {
            case 0:
                return;
            case Libc.ENOENT:
                throw NetlinkException.Lacking(operation, "cls_bpf", Libc.ENOENT);
            case var errno:
                throw new NetlinkException(operation, errno, detail);
        }
    }

    internal static void DeleteClassifier(ClassifierPlace place) =>
        Change(Classifier(stackalloc byte[RequestSize], RTM_DELTFILTER, NLM_F_ACK, place), $"delete a classifier of interface number {place.Index}", Libc.ENOENT);

    /// <summary>Every classifier at an interface's clsact, in both directions, other programs' too; none if there is no clsact.</summary>
    internal static List<ClassifierRecord> Classifiers(int index)
    {
        using var socket = new NetlinkSocket();
        var found = new List<ClassifierRecord>();
        if (HasClsact(socket, index))
        {
            Span<byte> header = stackalloc byte[TcMsgSize];
            foreach (var direction in (uint[])[ClsactIngress, ClsactEgress])
            {
                WriteTcHeader(header, index, 0, direction, 0);
                found.AddRange(socket.Dump<ClassifierRecord>("classifiers", RTM_GETTFILTER, RTM_NEWTFILTER, header, ClassifierRecord.TryParse));
            }
        }

        return found;
    }

    private static bool HasClsact(NetlinkSocket socket, int index) =>
        socket.Dump<QdiscRecord>("qdiscs", RTM_GETQDISC, RTM_NEWQDISC, 0, TcMsgSize, QdiscRecord.TryParse).Contains(new QdiscRecord(index, "clsact"));

    private static NetlinkRequest Clsact(Span<byte> buffer, ushort type, ushort flags, int index)
    {
        var request = new NetlinkRequest(buffer, type, flags);
        WriteTcHeader(request.AddHeader(TcMsgSize), index, ClsactHandle, TC_H_CLSACT, 0);
        request.AddText(TCA_KIND, "clsact");
        return request;
    }

    private static NetlinkRequest Classifier(Span<byte> buffer, ushort type, ushort flags, ClassifierPlace place)
    {
        var request = new NetlinkRequest(buffer, type, flags);
        WriteTcHeader(request.AddHeader(TcMsgSize), place.Index, place.Handle, place.IsEgress ? ClsactEgress : ClsactIngress, ((uint)place.Priority << 16) | AnyProtocol);
        request.AddText(TCA_KIND, "bpf");
        return request;
    }

    /// <summary>struct tcmsg: u8 family, three of padding, i32 index, u32 handle, u32 parent, u32 info.</summary>
    private static void WriteTcHeader(Span<byte> header, int index, uint handle, uint parent, uint info)
    {
        MemoryMarshal.Write(header[4..], index);
        MemoryMarshal.Write(header[8..], handle);
        MemoryMarshal.Write(header[12..], parent);
        MemoryMarshal.Write(header[16..], info);
    }
}
