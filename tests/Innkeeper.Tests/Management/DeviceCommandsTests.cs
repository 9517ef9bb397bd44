using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Commands about devices: what they put in force, what they note, what they refuse.</summary>
public sealed class DeviceCommandsTests
{
    private const string Mac = "02:00:00:00:00:01";
    private readonly ManagementFixture _gateway = new();

    private static async Task<DeviceChange> Ok(ValueTask<Result<DeviceChange>> command) => (await command).Value!;

    private static async Task<Failure> Refused(ValueTask<Result<DeviceChange>> command)
    {
        var result = await command;
        Assert.False(result.IsOk);
        return result.Failure;
    }

    private DeviceRecord Decided() => Assert.Single(_gateway.Decided).Record!;

    private (string Kind, string Text) Noted() => Assert.Single(_gateway.Events.Latest()) is var entry ? (entry.Kind, entry.Text) : default;

    [Fact]
    public async Task Approve_WithEverything_IsInForceAndNotedWithTheActor()
    {
        _gateway.Know(Phone, "phone");

        var change = await Ok(_gateway.Commands.ApproveAsync(Admin, "02-00-00-00-00-01", new Approval("guests", "2h", "room 12")));

        const string Text = "02:00:00:00:00:01 (phone) is admitted until 2026-11-25 14:00:00Z; profile guests";
        Assert.Equal(new DeviceChange(Mac, Text), change);
        var device = Decided();
        Assert.Equal(("guests", "guests", AdmissionState.Admitted, "room 12", Start.AddHours(2)),
            (device.PinnedProfile, device.Profile, device.Admission.State, device.Admission.Reason, device.Admission.Until));
        Assert.Contains("root", device.Admission.By);
        Assert.Equal(("device-approve", $"{Text} (by root: room 12)"), Noted());
    }

    [Fact]
    public async Task Approve_OfADeviceThatHasNotComeYet_IsKeptForIt()
    {
        await Ok(_gateway.Commands.ApproveAsync(Admin, Mac, new Approval()));

        Assert.Equal((Phone, AdmissionState.Admitted, Start), (Decided().Mac, Decided().Admission.State, Decided().FirstSeen));
    }

    [Theory]
    [InlineData("block", AdmissionState.Blocked, "02:00:00:00:00:01 is blocked: the gateway drops its packets and answers none")]
    [InlineData("hold", AdmissionState.Held, "02:00:00:00:00:01 is held: it reaches only the portal's page")]
    internal async Task Refusal_OfEachKind_HasItsReason(string verb, AdmissionState state, string text)
    {
        _gateway.Know(Phone, state: AdmissionState.Admitted);
        var decision = new Decision("floods");

        var change = await Ok(verb == "block" ? _gateway.Commands.BlockAsync(Admin, Mac, decision) : _gateway.Commands.HoldAsync(Admin, Mac, decision));

        Assert.Equal((text, state, "floods"), (change.Text, Decided().Admission.State, Decided().Admission.Reason));
        Assert.Equal(($"device-{verb}", $"{text} (by root: floods)"), Noted());
    }

    [Fact]
    public async Task Forget_OfAKnownDevice_DropsIt()
    {
        _gateway.Know(Phone, "phone");

        Assert.Equal("02:00:00:00:00:01 (phone) is forgotten; if it is still connected, it appears as a new device", (await Ok(_gateway.Commands.ForgetAsync(Admin, "PHONE"))).Text);
        Assert.Equal([(Phone, null)], _gateway.Decided);
        Assert.Equal("device-forget", Noted().Kind);
    }

    [Fact]
    public async Task Forget_OfAnUnknownDevice_IsNotFoundAndNotNoted()
    {
        Assert.Equal(new NotFound("device", Mac), await Refused(_gateway.Commands.ForgetAsync(Admin, Mac)));
        Assert.Empty(_gateway.Events.Latest());
    }

    [Fact]
    public async Task Erase_ForgetsTheDevice_TakesItOutOfEachPart_AndSaysWhatStays()
    {
        _gateway.Know(Phone, "phone");
        var change = await Ok(_gateway.Commands.EraseAsync(Admin, "phone"));

        Assert.Equal("02:00:00:00:00:01 is erased; if it is still connected, it appears as a new device", change.Text);
        Assert.Equal([(Phone, null)], _gateway.Decided);
        Assert.True(Assert.Single(_gateway.Erased).IsIn("the phone"));
        Assert.Equal(["events"], change.Erasure!.Erased);
        Assert.Equal(["series: full"], change.Erasure.Failed);
        Assert.Equal("the audit trail", Assert.Single(change.Erasure.Stays).What);

        // Neither event nor trail names it by more than its MAC.
        Assert.Equal(("device-forget", "root erased a device: the gateway keeps only what the audit trail and the mapping log must have"), Noted());
        var entry = Assert.Single(_gateway.Trail);
        Assert.Equal(("device-erase", Mac, null, null), (entry.What, entry.Subject, entry.Before, entry.After));
        Assert.DoesNotContain("phone", entry.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_OfADeviceWithoutARecord_IsDoneToo_AndADryRunDoesNothing()
    {
        Assert.True((await Ok(_gateway.Commands.EraseAsync(Admin, Mac, new WriteOptions(IsDryRun: true)))).DryRun);
        Assert.Empty(_gateway.Erased);
        Assert.NotNull((await Ok(_gateway.Commands.EraseAsync(Admin, Mac))).Erasure);
        Assert.Equal(Phone, Assert.Single(_gateway.Erased).Mac);
    }

    [Theory]
    [InlineData("printer <b>&\"'", "02:00:00:00:00:01 is called printer <b>&\"'; it is held")]
    [InlineData("", "02:00:00:00:00:01 has no name any more; it is held")]
    public async Task Name_SetAndCleared_IsSaid(string name, string text)
    {
        _gateway.Know(Phone, "phone");
        Assert.Equal(text, (await Ok(_gateway.Commands.SetNameAsync(Admin, "phone", new Setting(name)))).Text);
        Assert.Equal(name, Decided().Name);
    }

    [Theory]
    [InlineData("Printer 1")]
    [InlineData("printer.1")]
    public async Task Name_WhoseLabelAnotherDeviceHas_IsRefused_AndSaysWhose(string name)
    {
        _gateway.Know(Tablet, "printer-1");
        var refused = await Refused(_gateway.Commands.SetNameAsync(Admin, Mac, new Setting(name)));
        Assert.Equal("printer-1 is the name of 02:00:00:00:00:02 in DNS already; give a name that differs in letters or digits", refused.Message);
        await Ok(_gateway.Commands.SetNameAsync(Admin, Tablet.ToString(), new Setting(name)));
    }

    [Fact]
    public async Task Machine_NameAddressAndRecord_AreChangedInTheFile()
    {
        _gateway.Know(Press);
        Assert.Contains("[[machines]]", (await Refused(_gateway.Commands.SetNameAsync(Admin, "press-1", new Setting("x")))).Message, StringComparison.Ordinal);
        Assert.Contains("[[machines]]", (await Refused(_gateway.Commands.SetAddressAsync(Admin, "press-1", new Setting("")))).Message, StringComparison.Ordinal);
        Assert.Contains("[[machines]]", (await Refused(_gateway.Commands.ForgetAsync(Admin, "press-1"))).Message, StringComparison.Ordinal);
        Assert.Equal("137.118.199.77 is kept for 02:00:00:00:77:07 (press-1)", (await Refused(_gateway.Commands.SetAddressAsync(Admin, Mac, new Setting("137.118.199.77")))).Message);
        await Ok(_gateway.Commands.BlockAsync(Admin, "press-1", new Decision()));

        // Nothing is known yet of the device that is this machine.
        Assert.Equal("137.118.199.78 is the outside address of the machine cell-7 ([[machines]])", (await Refused(_gateway.Commands.SetAddressAsync(Admin, Mac, new Setting("137.118.199.78")))).Message);
    }

    [Fact]
    public async Task Untag_OfATagThatTheDeviceDoesNotHave_IsNotFound()
    {
        await Ok(_gateway.Commands.AddTagAsync(Admin, Mac, "guest"));
        Assert.Equal("there is no tag xyz; the device has guest", (await _gateway.Commands.RemoveTagAsync(Admin, Mac, "xyz")).Failure!.Message);
        Assert.Single(_gateway.Events.Latest());
    }

    /// <summary>Two gateways share no decisions: an order to the one that does not serve would have no effect.</summary>
    [Fact]
    public async Task Command_ToAPassiveGateway_IsRefused_AndNamesTheOther()
    {
        _gateway.Peer = new PeerReport("passive", "02:00:00:00:00:99", 100);
        var refused = Assert.IsType<Unavailable>((await _gateway.Commands.ApproveAsync(Admin, Mac, new Approval())).Failure);
        Assert.Contains("02:00:00:00:00:99 with priority 100 serves this LAN", refused.Message);
        Assert.Empty(_gateway.Decided);

        _gateway.Peer = _gateway.Peer with { State = "active" };
        await Ok(_gateway.Commands.ApproveAsync(Admin, Mac, new Approval()));
    }

    [Fact]
    public async Task Tags_AddedAndRemoved_AreASet()
    {
        Assert.Equal("02:00:00:00:00:01 has the tags room-12", (await Ok(_gateway.Commands.AddTagAsync(Admin, Mac, "room-12"))).Text);
        Assert.Equal("02:00:00:00:00:01 has the tags guest, room-12", (await Ok(_gateway.Commands.AddTagAsync(Admin, Mac, "guest"))).Text);
        await Ok(_gateway.Commands.RemoveTagAsync(Admin, Mac, "guest"));
        Assert.Equal("02:00:00:00:00:01 has no tags", (await Ok(_gateway.Commands.RemoveTagAsync(Admin, Mac, "room-12"))).Text);
        Assert.Equal(["device-tag", "device-tag", "device-untag", "device-untag"], _gateway.Events.Latest().Select(e => e.Kind));
    }

    [Fact]
    public async Task Profile_PinnedAndLeftToTheRules_IsThat()
    {
        _gateway.Know(Phone, state: AdmissionState.Held);
        Assert.Equal("02:00:00:00:00:01 has the profile guests, whatever the rules say; it is held", (await Ok(_gateway.Commands.SetProfileAsync(Admin, Mac, new Setting("guests")))).Text);
        Assert.Equal("guests", _gateway.Records.Find(Phone)!.Profile);
        Assert.StartsWith("02:00:00:00:00:01 has the profile that the rules give it: default", (await Ok(_gateway.Commands.SetProfileAsync(Admin, Mac, new Setting("")))).Text);
        Assert.Null(_gateway.Records.Find(Phone)!.PinnedProfile);
    }

    [Fact]
    public async Task Address_KeptForADevice_IsKeptFromOthersUntilItIsCleared()
    {
        _gateway.Know(Phone, "phone");
        Assert.StartsWith("137.118.199.60 is kept for 02:00:00:00:00:01 (phone)", (await Ok(_gateway.Commands.SetAddressAsync(Admin, Mac, new Setting("137.118.199.60")))).Text);

        var conflict = await Refused(_gateway.Commands.SetAddressAsync(Admin, Tablet.ToString(), new Setting("137.118.199.60")));
        Assert.Equal(new Conflict("137.118.199.60", Mac, "phone"), conflict);
        Assert.Equal("137.118.199.60 is kept for 02:00:00:00:00:01 (phone)", conflict.Message);

        // Again for the same device is no conflict.
        await Ok(_gateway.Commands.SetAddressAsync(Admin, Mac, new Setting("137.118.199.60")));
        await Ok(_gateway.Commands.SetAddressAsync(Admin, Mac, new Setting("")));
        await Ok(_gateway.Commands.SetAddressAsync(Admin, Tablet.ToString(), new Setting("137.118.199.60")));
        Assert.Equal(Ipv4Address.Parse("137.118.199.60"), _gateway.Records.Find(Tablet)!.PinnedLegal);
    }

    [Fact]
    public async Task Command_ByAViewer_IsForbiddenAndChangesNothing()
    {
        _gateway.Know(Phone);
        var commands = _gateway.Commands;
        Func<ValueTask<Result<DeviceChange>>>[] all =
        [
            () => commands.ApproveAsync(Viewer, Mac, new Approval()), () => commands.BlockAsync(Viewer, Mac, new Decision()), () => commands.HoldAsync(Viewer, Mac, new Decision()),
            () => commands.ForgetAsync(Viewer, Mac), () => commands.EraseAsync(Viewer, Mac), () => commands.SetNameAsync(Viewer, Mac, new Setting("x")), () => commands.AddTagAsync(Viewer, Mac, "x"),
            () => commands.RemoveTagAsync(Viewer, Mac, "x"), () => commands.SetProfileAsync(Viewer, Mac, new Setting("guests")),
            () => commands.SetAddressAsync(Viewer, Mac, new Setting("137.118.199.60")),
        ];
        foreach (var command in all)
        {
            Assert.Equal("vera", Assert.IsType<Forbidden>(await Refused(command())).Actor);
        }

        Assert.Empty(_gateway.Decided);
        Assert.Empty(_gateway.Events.Latest());
    }

    public static TheoryData<string, string?, string> WrongValues => new()
    {
        { "time", "8", "8 is not a valid time; give one from \"1s\" to \"366d\", such as \"8h\"" },
        { "time", "367d", "367d is not a valid time; give one from \"1s\" to \"366d\", such as \"8h\"" },
        { "approved profile", "", "\"\" is not a valid profile; give a profile's name" },
        { "approved profile", "guest", "there is no profile guest; did you mean guests?" },
        { "reason", "two\nlines", "two lines is not a valid reason; give one line of up to 200 characters" },
        { "name", null, "name is missing; give one line of up to 64 characters without spaces around it, which is no MAC, or \"\" for none" },
        { "name", "0200.0000.0001", "0200.0000.0001 is not a valid name; give one line of up to 64 characters without spaces around it, which is no MAC, or \"\" for none" },
        { "name", "a\u202eb", "a b is not a valid name; give one line of up to 64 characters without spaces around it, which is no MAC, or \"\" for none" },
        { "name", " x", " x is not a valid name; give one line of up to 64 characters without spaces around it, which is no MAC, or \"\" for none" },
        { "tag", "room 12", "room 12 is not a valid tag; give up to 32 letters, digits, '.', '-' and '_'" },
        { "tag", "", "\"\" is not a valid tag; give up to 32 letters, digits, '.', '-' and '_'" },
        { "profile", null, "profile is missing; give a profile's name, or \"\" to let the rules decide again" },
        { "profile", "zzz", "there is no profile zzz; there are default, guests" },
        { "address", null, "address is missing; give an outside address such as 192.0.2.60, or \"\" for any" },
        { "address", "137.118.199", "137.118.199 is not a valid address; give an outside address such as 192.0.2.60, or \"\" for any" },
        { "address", "137.118.199.33", "there is no pool address 137.118.199.33" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task Command_WithAWrongValue_SaysWhatWouldBeRightAndChangesNothing(string field, string? value, string message)
    {
        var commands = _gateway.Commands;
        var failure = await Refused(field switch
        {
            "time" => commands.ApproveAsync(Admin, Mac, new Approval(For: value)),
            "approved profile" => commands.ApproveAsync(Admin, Mac, new Approval(Profile: value)),
            "reason" => commands.BlockAsync(Admin, Mac, new Decision(value)),
            "name" => commands.SetNameAsync(Admin, Mac, new Setting(value)),
            "tag" => commands.AddTagAsync(Admin, Mac, value!),
            "profile" => commands.SetProfileAsync(Admin, Mac, new Setting(value)),
            _ => commands.SetAddressAsync(Admin, Mac, new Setting(value)),
        });

        Assert.Equal(message, failure.Message);
        Assert.DoesNotContain("`innkeeper", failure.Message);
        Assert.Empty(_gateway.Decided);
    }

    [Fact]
    public async Task Command_OnAFullDisk_IsInForceAndSaysSo()
    {
        _gateway.DiskFailure = "no space left";
        Assert.Equal("no space left", (await Ok(_gateway.Commands.BlockAsync(Admin, Mac, new Decision()))).NotDurable);
        Assert.Equal(AdmissionState.Blocked, Decided().Admission.State);
    }
}
