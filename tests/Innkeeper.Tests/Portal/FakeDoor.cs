using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

/// <summary>A door that says what a test wants, and keeps what it was asked.</summary>
internal sealed class FakeDoor : IGuestDoor
{
    public List<(MacAddress Mac, string What, string Value)> Asked { get; } = [];

    public PortalSaid Says { get; set; } = PortalSaid.Welcome;

    public bool IsEntering(MacAddress mac) => Says == PortalSaid.Welcome && Asked.Exists(a => a.Mac == mac);

    public ValueTask<PortalSaid> GiveCodeAsync(PortalGuest guest, string typed)
    {
        Asked.Add((guest.Mac, "code", typed));
        return new(Says);
    }

    public ValueTask<PortalSaid> AcceptAsync(PortalGuest guest, string language, string hash)
    {
        Asked.Add((guest.Mac, "terms", $"{language} {hash[..8]}"));
        return new(Says);
    }
}
