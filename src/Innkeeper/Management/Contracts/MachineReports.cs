namespace Innkeeper.Management.Contracts;

/// <summary>The machines of the configuration file.</summary>
internal sealed record MachinesReport(int Schema, IReadOnlyList<MachineReport> Machines);

/// <summary>A machine: its entry in the file, and how it is now.</summary>
/// <param name="Mac">Of the entry; null: whichever device is in the VLAN.</param>
/// <param name="Line">Where its entry begins in the file.</param>
/// <param name="Device">The MAC of the device that is the machine now; null: none is found yet.</param>
/// <param name="State">The device's admission: "admitted", "held", "blocked"; "missing": no device is found.</param>
/// <param name="Reaches">The outside address that leads to it now; null: none does.</param>
/// <param name="DnsName">Its name in the local zone; null: there is no zone.</param>
/// <param name="LastSeen">When it was last heard; null: never.</param>
/// <param name="Appear">"local": hosts outside appear to it as addresses of its own subnet; "own"; null: as its profile says.</param>
internal sealed record MachineReport(
    string Name, string? Mac, ushort Vlan, string? Address, string? Outside, string? Gateway, string? Description, int Line, string? Device, string State, string? Reaches, string? DnsName,
    DateTimeOffset? LastSeen, string? Appear);

/// <summary>An entry to write. Its name says which one it replaces; without one of that name it is added.</summary>
internal sealed record MachineEntry(string? Name, string? Mac = null, ushort? Vlan = null, string? Address = null, string? Outside = null, string? Gateway = null, string? Description = null, string? Appear = null);

/// <summary>Entries to write, all of them or none.</summary>
/// <param name="Comment">For the history of the configuration.</param>
internal sealed record MachineEntries(IReadOnlyList<MachineEntry>? Machines, string? Comment = null);
