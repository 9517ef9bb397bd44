using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>The hosts that held devices may reach, where packets are decided on.</summary>
internal interface IGardenMap
{
    /// <summary>Lets a held device reach an address until a time. An entry that lasts longer stays.</summary>
    /// <param name="number">The device's binding.</param>
    /// <param name="station">The device that must have that binding.</param>
    /// <param name="until">By the monotonic clock.</param>
    /// <returns>False: the binding is another's or not held, or the address is one of this gateway's or of its devices.</returns>
    bool TryOpen(uint number, Station station, Ipv4Address address, TimeSpan until);
}

/// <summary>
/// The walled garden: what a held device is answered for a listed name, it may reach for the answer's lifetime. Sees every answer just before it
/// leaves, so a device never knows an address before it may use it. No I/O, clock or log; the DNS thread.
/// </summary>
/// <param name="askerOf">The device behind an inside address.</param>
internal sealed class Garden(GardenNames names, Func<Ipv4Address, DnsAsker> askerOf, IGardenMap map, Action<DnsCounter> count)
{
    /// <summary>Programs keep an answer longer than its lifetime allows, and a page is not loaded in a second.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    /// <summary>No answer is kept for longer (<see cref="DnsCache.MaxLifetime"/>).</summary>
    public static readonly TimeSpan Most = DnsCache.MaxLifetime;

    /// <summary>Of one answer: each costs a system call while others wait for theirs.</summary>
    public const int MaxAddresses = 32;

    /// <summary>A client is about to get an answer.</summary>
    /// <param name="octets">The whole message, as the client will see it.</param>
    public void Answered(in DnsClient client, ReadOnlySpan<byte> octets, TimeSpan now)
    {
        if (client.Path.IsOutside || askerOf(client.Address) is not { IsHeld: true, Number: > 0 } asker
            || !DnsMessage.TryParse(octets, out var message) || !message.TryGetQuestion(out var question) || !names.Contain(question.Name))
        {
            return;
        }

        Span<Ipv4Address> addresses = stackalloc Ipv4Address[MaxAddresses];
        addresses = addresses[..DnsAddresses.Copy(message, addresses, out var seconds)];
        if (addresses.IsEmpty)
        {
            return;
        }

        count(DnsCounter.GardenAnswers);
        var lifetime = TimeSpan.FromSeconds(seconds);
        var until = now + (lifetime < Least ? Least : lifetime > Most ? Most : lifetime);
        foreach (var address in addresses)
        {
            if (!address.IsBogus && map.TryOpen(asker.Number, asker.Station, address, until))
            {
                count(DnsCounter.GardenAddresses);
            }
        }
    }
}
