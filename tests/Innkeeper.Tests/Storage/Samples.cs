using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

/// <summary>Rows to store.</summary>
internal static class Samples
{
    internal static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal static StoredDevice Device(uint number) =>
        new(new MacAddress(0x0200_0000_0000UL + number), 7, Noon, Noon.AddMilliseconds(number));

    internal static StoredBinding Binding(uint number) => new(
        new MacAddress(0x0200_0000_0000UL + number), 7, Ipv4Address.Of(47, 31, 128, 9), new Ipv4Address(0x8976_0000 + number),
        new Ipv4Address(0x6440_0000 + number), Gateway: null, Noon, Noon, Released: false);
}
