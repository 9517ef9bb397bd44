using Innkeeper.Clocks;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>The guests who accepted the terms, as the file has them.</summary>
/// <param name="macOf">The MAC of a device by any of its names; null: there is no such device.</param>
internal sealed class TermsQueries(GuestStore store, Func<string, MacAddress?> macOf, TimeProvider clock) : ITermsQueries
{
    private const int Schema = 1;

    public Result<AcceptancesReport> List(Actor actor, string? device, int last)
    {
        if ((actor.Lacks(Permission.Operator) ?? (Failure?)GuestValues.CheckNumber("last", last, 1, ITermsQueries.MostEntries)) is { } wrong)
        {
            return wrong;
        }

        // A device that was forgotten is still known here by its MAC.
        var mac = device is null ? null : macOf(device) ?? (MacText.TryParse(device, out var own) ? own : (MacAddress?)null);
        if (device is not null && mac is null)
        {
            return new NotFound("device", device);
        }

        var read = store.ReadAcceptances(mac, last);
        return read.IsOk ? new AcceptancesReport(Schema, [.. read.Value.Select(a => new AcceptanceReport(clock.ToWall(a.Time), a.Mac.ToString(), a.Vlan, a.Language, a.Hash))]) : read.Failure;
    }
}
