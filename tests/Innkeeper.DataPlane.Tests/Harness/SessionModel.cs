namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>
/// The session that a TCP mapping follows, from RFC 7857 figure 1 and RFC 6146 section 3.5.2.2: who has sent a SYN, who a FIN,
/// and whether it was cut off.
/// </summary>
internal static class SessionModel
{
    public const byte Fin = 1;
    public const byte Syn = 2;
    public const byte Rst = 4;
    public const byte Ack = 16;

    /// <summary>What a session is that begins with this segment from inside.</summary>
    public static MappingState Begin(byte flags) => (flags & (Syn | Ack)) switch
    {
        Syn => MappingState.InitOut,
        Syn | Ack => MappingState.Established,
        _ => MappingState.Transitory,
    };

    /// <summary>Ended both ways, or cut off: another one may take its place in the mapping.</summary>
    public static bool IsOpen(MappingState state) => state is not (MappingState.Closing or MappingState.Transitory or MappingState.Hold);

    public static MappingState Next(MappingState state, byte flags, bool outward)
    {
        // Several sessions: one of them says nothing of the others.
        if (state == MappingState.Multi)
        {
            return state;
        }

        // RFC 7857 section 2.2: whatever it was, four minutes. A session that is closing has no more than that already.
        if ((flags & Rst) != 0)
        {
            return state == MappingState.Closing ? state : MappingState.Transitory;
        }

        var syn = (flags & Syn) != 0;
        var fin = (flags & Fin) != 0;
        var opening = outward ? MappingState.InitOut : MappingState.InitIn;
        return (state, outward) switch
        {
            // The other side's SYN completes the opening.
            (MappingState.InitOut, false) or (MappingState.InitIn, true) when syn => MappingState.Established,
            (MappingState.Established, _) when fin => outward ? MappingState.FinOut : MappingState.FinIn,
            // The other side's FIN completes the closing.
            (MappingState.FinOut, false) or (MappingState.FinIn, true) when fin => MappingState.Closing,
            (MappingState.Closing, _) when syn => opening,
            (MappingState.Transitory, _) when syn => opening,
            (MappingState.Transitory, _) when fin => outward ? MappingState.FinOut : MappingState.FinIn,
            // RFC 7857 section 2.2: data shows that it lives.
            (MappingState.Transitory, _) => MappingState.Established,
            _ => state,
        };
    }
}
