using System.Buffers.Text;
using System.Text;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Long lists of devices come in pages, and only devices of the page are read.</summary>
public sealed class DevicePagesTests
{
    private readonly ManagementFixture _gateway = new();

    public DevicePagesTests()
    {
        for (var i = 1u; i <= 20; i++)
        {
            Add(i);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mac")]
    [InlineData("seen")]
    [InlineData("address")]
    [InlineData("name")]
    [InlineData("traffic")]
    [InlineData("vlan")]
    public void Pages_TogetherAreTheWholeList(string? sort)
    {
        foreach (var reverse in new[] { null, "true" })
        {
            var whole = List(new(Sort: sort, Reverse: reverse));
            Assert.Equal((20, 20, null), (whole.Devices.Count, whole.Total, whole.Next));

            Assert.Equal(MacsOf(whole), Walk(new(Sort: sort, Reverse: reverse, Limit: "7"), () => { }));
        }
    }

    [Fact]
    public void Page_ReadsStatisticsOfItsOwnDevicesOnly()
    {
        var page = List(new(Limit: "3", Sort: "name"));

        Assert.Equal((3, 20), (page.Devices.Count, page.Total));
        Assert.Equal(3, _gateway.Read.Count);
        Assert.Empty(_gateway.Moved);
    }

    /// <summary>The traffic of all decides which come first; the rest of a report is read for the page alone.</summary>
    [Fact]
    public void Page_ByTraffic_ReadsTheMovementOfAllAndTheRestOfItsOwn()
    {
        List(new(Limit: "3", Sort: "traffic"));

        Assert.Equal((3, 20), (_gateway.Read.Count, _gateway.Moved.Count));
    }

    /// <summary>The device that a page ended with goes, and one comes before it: no other is missed or listed twice.</summary>
    [Fact]
    public void Pages_WhileDevicesComeAndGo_ListEachOthersOnce()
    {
        var all = MacsOf(List(new(Sort: "mac")));
        var isFirst = true;

        var walked = Walk(new(Sort: "mac", Limit: "5"), () =>
        {
            if (isFirst)
            {
                _gateway.Unbind(5);
                _gateway.Records.Forget(MacOf(5));
                Add(0);
                isFirst = false;
            }
        });

        Assert.Equal(all, walked);
    }

    [Fact]
    public void Cursor_OfAnotherOrder_IsRefused()
    {
        var next = List(new(Sort: "name", Limit: "5")).Next;

        Assert.Equal("cursor", Refusal(new(Sort: "mac", Limit: "5", Cursor: next)));
        Assert.Equal("cursor", Refusal(new(Sort: "name", Reverse: "true", Limit: "5", Cursor: next)));
        Assert.True(_gateway.Queries.List(Viewer, new(Sort: "name", Limit: "5", Cursor: next)).IsOk);
    }

    /// <summary>A cursor comes from a client: it may be anything.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("====")]
    [InlineData("vlan/0/0/0/")]
    [InlineData("\ud800")]
    public void Cursor_ThatIsNone_IsRefused(string cursor)
    {
        Assert.Equal("cursor", Refusal(new(Cursor: cursor)));
        Assert.Equal("cursor", Refusal(new(Cursor: cursor.PadRight(600, 'A'))));
        foreach (var text in new[] { "vlan", "vlan/x/0/0/", "vlan/0/99999/0/", "vlan/0/0/g/", "vlan/-1/0/0/", "vlan/0/0/0" })
        {
            Assert.Equal("cursor", Refusal(new(Cursor: Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)))));
        }
    }

    private static MacAddress MacOf(uint number) => new(0x020000000100UL + number);

    private static string[] MacsOf(DevicesReport report) => [.. report.Devices.Select(d => d.Mac)];

    private void Add(uint number)
    {
        _gateway.Know(MacOf(number), name: number % 3 == 0 ? $"Room {number % 4}" : "", state: AdmissionState.Admitted);
        _gateway.Bind(number + 1, MacOf(number), $"10.0.0.{20 - number + 1}", $"137.118.199.{50 + number}", vlan: (ushort)(number % 2));
        _gateway.Movements[number + 1] = new BindingMovement(number % 5, TimeSpan.FromSeconds(number % 6));
    }

    private DevicesReport List(DeviceFilter filter) => _gateway.Queries.List(Viewer, filter).Value!;

    private string? Refusal(DeviceFilter filter) => (_gateway.Queries.List(Viewer, filter).Failure as Invalid)?.Field;

    private string[] Walk(DeviceFilter filter, Action afterEach)
    {
        var walked = new List<string>();
        DevicesReport page;
        string? cursor = null;
        do
        {
            page = List(filter with { Cursor = cursor });
            walked.AddRange(MacsOf(page));
            cursor = page.Next;
            afterEach();
        }
        while (cursor is not null);
        return [.. walked];
    }
}
