using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

public sealed class ErasedDeviceTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:0a");

    private static readonly ErasedDevice s_device = ErasedDevice.Of(s_mac, new DeviceRecord(s_mac, DateTimeOffset.UnixEpoch) { Name = "tv", HostName = "Müllers-iPhone" });

    [Theory]
    [InlineData("02:00:00:00:00:0a was approved", true)]
    [InlineData("02:00:00:00:00:0A was approved", true)]
    [InlineData("the TV is held", true)]
    [InlineData("named tv", true)]
    [InlineData("active", false)]
    [InlineData("tv2", false)]
    [InlineData("\"müllers-iphone\" came", true)]
    [InlineData("{\"name\":\"M\\u00FCllers-iPhone\"}", true)]
    [InlineData("Müllers-iPhones", false)]
    [InlineData("02:00:00:00:00:0b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Text_ThatMentionsIt_IsFound(string? text, bool isIn) => Assert.Equal(isIn, s_device.IsIn(text));

    /// <summary>A name of one character, or none, is in every text.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    public void Name_ThatIsTooShort_IsNone(string name) => Assert.False(ErasedDevice.Of(s_mac, new DeviceRecord(s_mac, DateTimeOffset.UnixEpoch) { Name = name }).IsIn("a day"));
}
