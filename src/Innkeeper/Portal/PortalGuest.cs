using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>A device that asks the portal, with its admission.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="Since">When its admission state last changed.</param>
/// <param name="Until">When its admission ends; null: it does not.</param>
/// <param name="Asked">The administrator was notified of it; false: new devices are not let in here.</param>
internal sealed record PortalGuest(MacAddress Mac, ushort Vlan, AdmissionState State, DateTimeOffset Since, DateTimeOffset? Until, bool Asked);
