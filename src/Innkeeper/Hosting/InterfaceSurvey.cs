using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>An interface that a LAN can be on, and the facts that tell it from others.</summary>
/// <param name="HasCarrier">It is up and its medium is connected.</param>
/// <param name="Router">The router of the default route through it; null: there is none.</param>
/// <param name="Vendor">The vendor of its MAC; null: not known.</param>
/// <param name="Driver">The name of its driver, such as "e1000e"; null: not known.</param>
/// <param name="Neighbours">How many other stations this host heard there and still remembers.</param>
internal sealed record SurveyedInterface(
    string Name, MacAddress Mac, bool IsUp, bool HasCarrier, Ipv4Network? Address = null, Ipv4Address? Router = null, string? Vendor = null, string? Driver = null, int Neighbours = 0)
{
    /// <summary>One line for people.</summary>
    public string Text => string.Join(", ", Facts());

    private IEnumerable<string> Facts()
    {
        yield return !IsUp ? "down" : HasCarrier ? "up" : "no carrier";
        yield return Address?.ToString() ?? "no address";
        if (Router is { } router)
        {
            yield return $"router {router}";
        }

        if (Neighbours > 0)
        {
            yield return $"{Neighbours} {(Neighbours == 1 ? "neighbour" : "neighbours")}";
        }

        yield return Mac.ToString();
        if (Vendor is not null || Driver is not null)
        {
            yield return SafeText.OneLine(Driver is null ? Vendor! : Vendor is null ? Driver : $"{Vendor} ({Driver})");
        }
    }
}

/// <summary>Reads the interfaces of this host that a gateway can use.</summary>
internal static class InterfaceSurvey
{
    private const int LoopbackIndex = 1;

    /// <summary>Ethernet interfaces in the order of their index, without the gateway's own and those that belong to a bridge or a bond.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    public static ImmutableArray<SurveyedInterface> Read()
    {
        var vendors = new Vendors(Vendors.DefaultDirectory);
        var heard = Neighbors.CountHeard();
        return
        [
            .. Netlink.ReadInterfaces()
                .Where(link => link.Index != LoopbackIndex && link.Mac != MacAddress.Zero && !link.Name.StartsWith(InsideNetwork.Prefix, StringComparison.Ordinal))
                .Select(link => (Link: link, Folder: FolderOf(link)))
                .Where(i => i.Folder is null || !Path.Exists(Path.Combine(i.Folder, "master")))
                .Select(i => new SurveyedInterface(
                    i.Link.Name, i.Link.Mac, i.Link.IsUp, i.Link.HasCarrier, i.Link.PrimaryAddress, i.Link.Gateway, vendors.Find(i.Link.Mac), DriverOf(i.Folder), heard.GetValueOrDefault(i.Link.Index))),
        ];
    }

    /// <summary>The interface's folder in /sys; null: /sys shows another network namespace.</summary>
    private static string? FolderOf(LinkInfo link)
    {
        var folder = $"/sys/class/net/{link.Name}";
        return Read(folder, "ifindex") == link.Index.ToString(CultureInfo.InvariantCulture) && Read(folder, "address") == link.Mac.ToString() ? folder : null;
    }

    private static string? DriverOf(string? folder) =>
        folder is not null && new FileInfo(Path.Combine(folder, "device", "driver")).LinkTarget is { } target ? Path.GetFileName(target) : null;

    private static string? Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
