using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>Which changes of its terms a binding lives through.</summary>
public sealed class BindingPolicyTests
{
    private static readonly Ipv4Address s_legal = Ipv4Address.Parse("192.0.2.10");

    /// <summary>What may change, and whether a binding that was made before goes on.</summary>
    private static readonly Dictionary<string, (BindingPolicy Policy, bool GoesOn)> s_changes = new()
    {
        ["profile"] = (BindingPolicy.Default with { Profile = 7 }, true),
        ["addresses"] = (BindingPolicy.Default with { Addresses = 1 }, true),
        ["inbound"] = (BindingPolicy.Default with { Inbound = false }, true),
        ["gateway"] = (BindingPolicy.Default with { Gateway = 1 }, false),
        ["always shared"] = (BindingPolicy.Default with { PrefersOwn = false }, false),
        ["own only"] = (BindingPolicy.Default with { MayShare = false }, false),
        ["held"] = (BindingPolicy.Default with { IsHeld = true }, false),
        ["pinned"] = (BindingPolicy.Default with { Pinned = s_legal }, false),
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void IsCompatibleWith_AChange_EndsTheBindingWhereItsAddressMustBeAnother_ThereAndBack(string change)
    {
        var (policy, goesOn) = s_changes[change];

        Assert.Equal((goesOn, goesOn), (BindingPolicy.Default.IsCompatibleWith(policy), policy.IsCompatibleWith(BindingPolicy.Default)));
    }
}
