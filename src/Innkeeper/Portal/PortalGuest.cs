using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>A device that asks the portal, and where it stands.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="Since">When it came to stand there.</param>
/// <param name="Until">When its admission ends; null: it does not.</param>
/// <param name="Asked">The administrator has been told of it; false: new devices are not let in here.</param>
internal sealed record PortalGuest(MacAddress Mac, ushort Vlan, AdmissionState State, DateTimeOffset Since, DateTimeOffset? Until, bool Asked);
