using System.Net;
using Innkeeper.Hosting;
using Innkeeper.Tests.Interfaces;

namespace Innkeeper.Tests.Hosting;

/// <summary>Addresses at which the console serves nothing.</summary>
public sealed class WebDoorTests
{
    [Theory]
    [InlineData("247.64.0.1", true)]
    [InlineData("::ffff:247.64.0.9", true)]
    [InlineData("192.88.99.99", true)]
    [InlineData("137.118.199.2", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Address_OfTheInsideNetworkOrThePortal_IsTheDevices(string address, bool expected)
    {
        var network = Given.OnTwoArms;

        Assert.Equal(expected, WebDoor.IsOfDevices(IPAddress.Parse(address), Given.Settings(Given.TwoArms).Config!, network));
    }
}
