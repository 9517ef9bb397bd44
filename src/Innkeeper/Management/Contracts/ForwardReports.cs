namespace Innkeeper.Management.Contracts;

/// <summary>The forwards of the configuration file.</summary>
internal sealed record ForwardsReport(int Schema, IReadOnlyList<ForwardReport> Forwards);

/// <summary>A forward: its entry in the file, and how it is now.</summary>
/// <param name="Id">Its name in commands: "tcp-8080", or with the address of its entry "tcp-8080@137.118.199.100".</param>
/// <param name="Protocol">"tcp" or "udp".</param>
/// <param name="Port">Of the shared address: "8080" or "8000-8010".</param>
/// <param name="Address">The shared address now; null: the uplink has none.</param>
/// <param name="To">A machine's name, a device's given name, or a MAC.</param>
/// <param name="ToPort">The device's port; of a range, the first of as many.</param>
/// <param name="Line">Where its entry begins in the file.</param>
/// <param name="State">"open"; "waits": it opens by itself, when its device is here and admitted; "refused": something is in its way, and it is tried again.</param>
/// <param name="Reason">Why it is not open; null: it is.</param>
/// <param name="Device">The MAC of the device; null: none is known by that name.</param>
/// <param name="Own">The device's own address that it leads to; null: to none.</param>
internal sealed record ForwardReport(
    string Id, string Protocol, string Port, string? Address, string To, int ToPort, string? Description, int Line, string State, string? Reason, string? Device, string? Own);

/// <summary>An entry to write. If there is one with the same protocol, port and address, that is replaced.</summary>
/// <param name="Port">"8080" or "8000-8010".</param>
/// <param name="Address">One of [napt] addresses; null: the only one that there is.</param>
/// <param name="ToPort">Null: the same as <paramref name="Port"/>.</param>
internal sealed record ForwardEntry(string? Protocol, string? Port, string? To, string? Address = null, int? ToPort = null, string? Description = null);
