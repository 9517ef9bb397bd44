using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Innkeeper.DataPlane;

/// <summary>An address of a device's own subnet, as which a host outside appears to it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Appearance
{
    /// <summary>0: none.</summary>
    public BigEndian32 Address;

    /// <summary>The host outside; 0: it stands for none yet.</summary>
    public BigEndian32 Remote;

    /// <summary>CLOCK_MONOTONIC, ns, to about a second.</summary>
    public ulong LastSeen;
}

/// <summary>The places of <see cref="Appearances"/>.</summary>
[InlineArray(Appearances.Count)]
internal struct AppearancePlaces
{
    private Appearance _first;
}

/// <summary>All those of one binding.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Appearances
{
    /// <summary>APPEARANCES in bpf/abi.h: how many hosts outside can appear to one device at a time.</summary>
    public const int Count = 8;

    public AppearancePlaces Place;
}
