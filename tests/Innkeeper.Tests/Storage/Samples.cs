using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

/// <summary>Rows to store.</summary>
internal static class Samples
{
    internal static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal static MacAddress Mac(uint number) => new(0x0200_0000_0000UL + number);

    internal static DeviceRecord Device(uint number) => new(Mac(number), Noon.AddMilliseconds(number));

    internal static RememberedBinding Binding(uint number) => new(
        new ClaimedAddress(new Station(7, Mac(number)), Ipv4Address.Of(47, 31, 128, 9)), new Ipv4Address(0x8976_0000 + number), Noon, Noon);
}
