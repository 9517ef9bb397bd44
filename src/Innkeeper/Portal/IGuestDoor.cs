using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>The result of a form. The page after it has the name in its address, and shows the text for it: nothing that a guest sent is in it.</summary>
internal enum PortalSaid
{
    /// <summary>Nothing was sent.</summary>
    None,

    /// <summary>The device is let in.</summary>
    Welcome,

    /// <summary>A check character that does not fit: a typing mistake.</summary>
    Mistyped,

    /// <summary>There is no such code for this device.</summary>
    Unknown,

    /// <summary>The code can be used later.</summary>
    Early,

    /// <summary>The code's time is over.</summary>
    Over,

    /// <summary>The code was revoked.</summary>
    Revoked,

    /// <summary>As many devices use the code as may.</summary>
    Full,

    /// <summary>The code's data is used up.</summary>
    Used,

    /// <summary>Too many wrong codes: the device waits.</summary>
    Wait,

    /// <summary>The form is too old, or of another page or device.</summary>
    Old,

    /// <summary>The device cannot be let in so any more.</summary>
    Refused,

    /// <summary>It cannot be decided now.</summary>
    Busy,
}

/// <summary>Lets guests' devices in. Any thread.</summary>
internal interface IGuestDoor
{
    /// <summary>A form let the device in, and it is about to be admitted.</summary>
    bool IsEntering(MacAddress mac);

    /// <summary>The guest gives a code.</summary>
    /// <param name="typed">As it was sent: any text.</param>
    ValueTask<PortalSaid> GiveCodeAsync(PortalGuest guest, string typed);

    /// <summary>The guest accepts the terms.</summary>
    /// <param name="language">Of the text that the page showed.</param>
    /// <param name="hash">Of that text.</param>
    ValueTask<PortalSaid> AcceptAsync(PortalGuest guest, string language, string hash);
}
