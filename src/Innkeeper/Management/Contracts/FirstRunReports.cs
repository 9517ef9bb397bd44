namespace Innkeeper.Management.Contracts;

/// <summary>A station that was heard on an interface.</summary>
/// <param name="Vlan">0: its frames are untagged.</param>
/// <param name="Address">That it used last; null: it was not heard to use one.</param>
/// <param name="Vendor">Of its MAC; null: not known.</param>
internal sealed record HeardStation(string Mac, int Vlan, string? Address, string? Vendor);

/// <summary>An interface that a gateway can use, and who is there.</summary>
/// <param name="HasCarrier">It is up and its medium is connected.</param>
/// <param name="Address">With its prefix length; null: it has none.</param>
/// <param name="Router">Of the default route through it; null: there is none.</param>
/// <param name="RouterAnswers">Whether that router answers ARP; null: it was not asked yet.</param>
/// <param name="Hardware">Vendor and driver; null: not known.</param>
/// <param name="Heard">How many stations were heard on it.</param>
/// <param name="Stations">Some of them, the latest first.</param>
internal sealed record FirstRunPort(
    string Name, string Mac, bool IsUp, bool HasCarrier, string? Address, string? Router, bool? RouterAnswers, string? Hardware, int Heard, IReadOnlyList<HeardStation> Stations);

/// <summary>The machine before its first configuration.</summary>
/// <param name="Access">The interface that probably has the devices; null: not clear.</param>
/// <param name="Uplink">The interface that probably leads out; null: not clear.</param>
/// <param name="File">The file that will be written.</param>
/// <param name="Replaces">Such a file is there, and is replaced.</param>
/// <param name="ConfirmWithin">Seconds for the confirmation.</param>
/// <param name="Outcome">Why the last trial was taken back; null: there was none.</param>
/// <param name="Trials">How many were taken back since the command began.</param>
internal sealed record FirstRunReport(int Schema, IReadOnlyList<FirstRunPort> Ports, string? Access, string? Uplink, string File, bool Replaces, int ConfirmWithin, string? Outcome, int Trials);

/// <summary>A question: how many shared addresses a number of devices takes, and which are free.</summary>
/// <param name="Uplink">The interface that leads out.</param>
/// <param name="Devices">How many are online at once.</param>
internal sealed record PlanRequest(string? Uplink = null, int? Devices = null);

/// <summary>The shared addresses that a number of devices takes.</summary>
/// <param name="Needed">How many; 0: the uplink's own address is enough.</param>
/// <param name="Ranges">Addresses of the uplink's network that no host answered for, such as "192.0.2.240-192.0.2.242".</param>
/// <param name="Found">How many these are; fewer than needed: there are no more.</param>
/// <param name="Asked">Addresses that were asked for by ARP.</param>
/// <param name="InUse">Of these, the ones that a host has.</param>
internal sealed record PlanReport(int Schema, int Devices, int Needed, IReadOnlyList<string> Ranges, int Found, int Asked, int InUse);

/// <summary>Mail settings of the first run.</summary>
/// <param name="Server">A host, with a port perhaps.</param>
/// <param name="Tls">"starttls", "implicit" or "none"; null: "starttls".</param>
/// <param name="Password">It is written to a file beside the configuration, for the gateway's user alone.</param>
/// <param name="To">One address, or several with commas between them.</param>
internal sealed record FirstRunMail(string? Server = null, string? Tls = null, string? User = null, string? Password = null, string? From = null, string? To = null);

/// <summary>The choices of the administrator.</summary>
/// <param name="Access">The interface with the devices.</param>
/// <param name="Uplink">The interface that leads out; the same: one arm.</param>
/// <param name="Shared">Addresses that devices share, such as "192.0.2.240-192.0.2.242"; null or none: the uplink's own.</param>
/// <param name="Admission">"auto" or "approve".</param>
/// <param name="Lifetime">How long access lasts, such as "7d"; null or empty: without end.</param>
/// <param name="Mail">Null: no mail.</param>
internal sealed record FirstRunChoices(
    string? Access = null, string? Uplink = null, IReadOnlyList<string>? Shared = null, string? Admission = null, string? Lifetime = null, FirstRunMail? Mail = null);

/// <summary>The file for some choices.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Errors">As `innkeeper check` prints them; none: it can be applied.</param>
internal sealed record FirstRunFile(int Schema, string File, string Text, IReadOnlyList<string> Errors);

/// <summary>The gateway is being started on trial.</summary>
/// <param name="ConfirmWithin">Seconds.</param>
internal sealed record FirstRunTrial(int Schema, int ConfirmWithin);
