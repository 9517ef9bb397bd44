using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <summary>What the administrator wants done with a device.</summary>
internal enum DeviceVerb
{
    /// <summary>Let it through; with a time, for that long; with a value, in the profile of that name.</summary>
    Approve,

    /// <summary>Neither answer it nor let it through.</summary>
    Block,

    /// <summary>Let it wait for a decision.</summary>
    Hold,

    /// <summary>As if it had never been seen; what was decided about it goes too.</summary>
    Forget,

    /// <summary>Call it by the value; an empty one takes the name away.</summary>
    Name,

    /// <summary>Add the value to its tags.</summary>
    Tag,

    /// <summary>Take the value from its tags.</summary>
    Untag,

    /// <summary>The profile of that name holds for it, whatever the rules say; empty: the rules again.</summary>
    Profile,

    /// <summary>The legal address that is the value is kept for it; empty: any again.</summary>
    Pin,
}

/// <summary>An order about one device, checked as far as it can be without knowing the gateway.</summary>
/// <param name="Value">Name, tag, profile or address, as the verb has it; null where the verb takes none or none was given.</param>
/// <param name="For">How long an approval holds; null: as long as the profile says.</param>
/// <param name="Reason">The administrator's words, one line.</param>
/// <param name="By">The user at the other end of the socket, by name.</param>
internal sealed record DeviceOrder(DeviceVerb Verb, MacAddress Mac, string? Value, TimeSpan? For, string? Reason, string By);

/// <summary>What became of an order.</summary>
/// <param name="Text">For people: what happened, to whom, what follows; or what is wrong and what would be right.</param>
/// <param name="ExitCode">What the command ends with.</param>
/// <param name="Mac">The device.</param>
internal sealed record OrderOutcome(bool Done, string Text, int ExitCode = 0, string? Mac = null, int Schema = 1)
{
    public static OrderOutcome Carried(MacAddress mac, string text) => new(true, text, 0, mac.ToString());

    /// <summary>It failed; asking again may help.</summary>
    public static OrderOutcome Failed(string text) => new(false, text, 1);

    /// <summary>The order itself is wrong.</summary>
    public static OrderOutcome Wrong(string text) => new(false, text, 2);

    /// <summary>What it asks for stands against something else: an address that another device has, a gateway that admits nobody.</summary>
    public static OrderOutcome Refused(string text) => new(false, text, 4);

    /// <summary>There is no such device, profile or address.</summary>
    public static OrderOutcome NotFound(string text) => new(false, text, 5);
}
