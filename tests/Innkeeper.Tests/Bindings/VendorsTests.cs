using Innkeeper.Bindings;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class VendorsTests
{
    private const string Header = "Registry,Assignment,Organization Name,Organization Address\n";

    private const string Large = Header + """"
        MA-L,002272,American Micro-Fuel Device Corp.,2181 Buchanan Loop Ferndale WA US 98248
        MA-L,F4BD9E,"Cisco Systems, Inc","80 West Tasman Drive
        MA-L,A8AAAA,Not a row but an address,x"
        MA-L,001ECB,"""RPC ""Energoautomatika"" Ltd",Moscow
        MA-L,001EFC,"JSC ""MASSA-K""",St. Petersburg
        MA-L,741AE0,IEEE Registration Authority,445 Hoes Lane
        MA-L,0050C2,"Two
        lines	and a tab",x
        MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane
        MA-L,080030,FIRST OF TWO,x
        MA-L,080030,SECOND OF TWO,x
        MA-L,00AA00,,nameless
        MA-L,00BB,Too short,x
        MA-L,00CC00
        MA-L,0C0C0C,Last
        """";

    private const string Middle = Header + "MA-M,741AE09,Private,\nMA-M,741AE01,Middle House,x\r\n";

    private const string Small = Header + "MA-S,70B3D5F3E,\u041e\u041e\u041e \u0420\u041e\u041d\u0415\u041a\u0421,x\nMA-S,741AE0123,Inside the middle,x\n";

    [Theory]
    [InlineData("00:22:72:01:02:03", "American Micro-Fuel Device Corp.")]
    [InlineData("f4:bd:9e:01:02:03", "Cisco Systems, Inc")]
    [InlineData("00:1e:cb:01:02:03", "\"RPC \"Energoautomatika\" Ltd")]
    [InlineData("00:1e:fc:01:02:03", "JSC \"MASSA-K\"")]
    [InlineData("00:50:c2:01:02:03", "Two lines and a tab")]
    [InlineData("08:00:30:01:02:03", "FIRST OF TWO")]
    [InlineData("0c:0c:0c:01:02:03", "Last")]
    [InlineData("74:1a:e0:1f:02:03", "Middle House")]
    [InlineData("74:1a:e0:12:34:56", "Inside the middle")]
    [InlineData("74:1a:e0:9f:02:03", null)]
    [InlineData("74:1a:e0:5f:02:03", null)]
    [InlineData("70:b3:d5:f3:ef:ff", "\u041e\u041e\u041e \u0420\u041e\u041d\u0415\u041a\u0421")]
    [InlineData("a8:aa:aa:01:02:03", null)]
    [InlineData("00:aa:00:01:02:03", null)]
    [InlineData("00:00:bb:01:02:03", null)]
    [InlineData("00:cc:00:01:02:03", null)]
    [InlineData("f8:ff:ff:ff:ff:ff", null)]
    [InlineData("00:00:00:00:00:00", null)]
    public void Find_Address_LongestPrefixNames(string mac, string? vendor)
    {
        using var directory = Listings();
        Assert.Equal(vendor, new Vendors(directory.Path).Find(MacAddress.Parse(mac)));
    }

    [Theory]
    [InlineData("02:22:72:01:02:03")]
    [InlineData("01:22:72:01:02:03")]
    public void Find_LocalOrGroupAddress_NoVendor(string mac)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "oui.csv"), Header + "MA-L,022272,Local,x\nMA-L,012272,Group,x\n");
        Assert.Null(new Vendors(directory.Path).Find(MacAddress.Parse(mac)));
    }

    [Fact]
    public void Find_NoListings_NoVendor()
    {
        using var directory = new TemporaryDirectory();
        Assert.Null(new Vendors(directory.Path).Find(MacAddress.Parse("00:22:72:01:02:03")));
        Assert.Null(new Vendors(Path.Combine(directory.Path, "absent")).Find(MacAddress.Parse("00:22:72:01:02:03")));
    }

    [Fact]
    public void Find_ListingReplacedMeanwhile_OldNamesStay()
    {
        using var directory = Listings();
        var vendors = new Vendors(directory.Path);
        Assert.Equal("Last", vendors.Find(MacAddress.Parse("0c:0c:0c:01:02:03")));
        var listing = Path.Combine(directory.Path, "oui.csv");
        File.WriteAllText(listing + ".new", Header);
        File.Move(listing + ".new", listing, overwrite: true);
        Assert.Equal("American Micro-Fuel Device Corp.", vendors.Find(MacAddress.Parse("00:22:72:01:02:03")));
    }

    [Fact]
    public void Find_Noise_NeverThrows()
    {
        using var directory = new TemporaryDirectory();
        var noise = new byte[200_000];
        for (var seed = 0; seed < 5; seed++)
        {
            new Random(seed).NextBytes(noise);
            File.WriteAllBytes(Path.Combine(directory.Path, "oui.csv"), noise);
            Assert.Null(new Vendors(directory.Path).Find(MacAddress.Parse("00:22:72:01:02:03")));
        }
    }

    [Fact]
    public void Find_RealListings_KnownVendorsInLittleMemory()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Vendors.DefaultDirectory, "oui.csv")), "Needs the package ieee-data.");
        var vendors = new Vendors(Vendors.DefaultDirectory);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("Cisco Systems, Inc", vendors.Find(MacAddress.Parse("f4:bd:9e:01:02:03")));
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < 3_000_000, $"The index took {taken} octets.");
        Assert.Equal("JSC \"MASSA-K\"", vendors.Find(MacAddress.Parse("00:1e:fc:01:02:03")));
        Assert.Equal("TELEPLATFORMS", vendors.Find(MacAddress.Parse("70:b3:d5:f2:f1:23")));
        Assert.Equal("IOG Products LLC", vendors.Find(MacAddress.Parse("20:85:93:b1:02:03")));
        Assert.Null(vendors.Find(MacAddress.Parse("fc:ff:ff:00:00:00")));
    }

    private static TemporaryDirectory Listings()
    {
        var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "oui.csv"), Large);
        File.WriteAllText(Path.Combine(directory.Path, "mam.csv"), Middle);
        File.WriteAllText(Path.Combine(directory.Path, "oui36.csv"), Small);
        return directory;
    }
}
