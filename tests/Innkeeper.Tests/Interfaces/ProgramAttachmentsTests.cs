using Innkeeper.DataPlane;
using Innkeeper.Interfaces;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Where programs hang: all of them or none, and none that an earlier configuration left.</summary>
public sealed class ProgramAttachmentsTests
{
    private static readonly string[] s_twoArms = ["from_stack@8", "to_uplink@3", "from_uplink@3", "from_access@2"];

    [Fact]
    public void AttachAll_TwoArms_DevicesSideLast()
    {
        var plane = new RecordingDataPlane();

        new ProgramAttachments(plane).AttachAll(Given.OnTwoArms, Given.Inside.Stack);

        Assert.Equal(s_twoArms, plane.Attached);
    }

    [Fact]
    public void AttachAll_OneArm_BothProgramsAtTheOneInterface()
    {
        var plane = new RecordingDataPlane();

        new ProgramAttachments(plane).AttachAll(Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan), Given.Inside.Stack);

        Assert.Equal(["from_stack@8", "to_uplink@5", "from_uplink@5", "from_access@5"], plane.Attached);
    }

    [Fact]
    public void AttachAll_TakesOffWhatAnEarlierConfigurationHadElsewhere()
    {
        var plane = new RecordingDataPlane { IsAdopted = true, Attached = ["from_access@5", "to_uplink@5"] };

        new ProgramAttachments(plane).AttachAll(Given.OnTwoArms, Given.Inside.Stack);

        Assert.Equal(s_twoArms, plane.Attached);
    }

    [Fact]
    public void AttachAll_OneRefused_LeavesNone()
    {
        var plane = new RecordingDataPlane { Refused = "from_access@2" };

        Assert.Throws<DataPlaneException>(() => new ProgramAttachments(plane).AttachAll(Given.OnTwoArms, Given.Inside.Stack));

        Assert.Empty(plane.Attached);
        Assert.Equal(["+from_stack@8", "+to_uplink@3", "+from_uplink@3", "-from_stack@8", "-to_uplink@3", "-from_uplink@3"], plane.Writes);
    }

    [Fact]
    public void AttachAll_OneRefused_WhileAnEarlierProcesssAreAtWork_LeavesThem()
    {
        var plane = new RecordingDataPlane { IsAdopted = true, Refused = "from_access@2" };

        Assert.Throws<DataPlaneException>(() => new ProgramAttachments(plane).AttachAll(Given.OnTwoArms, Given.Inside.Stack));

        Assert.Equal(["from_stack@8", "to_uplink@3", "from_uplink@3"], plane.Attached);
    }

    [Fact]
    public void AttachMissing_AttachesWhatIsNewOnly_AndGoesOnAfterAFailure()
    {
        var plane = new RecordingDataPlane();
        var attachments = new ProgramAttachments(plane);
        attachments.AttachAll(Given.OnTwoArms, Given.Inside.Stack);
        plane.Writes.Clear();
        var next = Given.OnTwoArms with { Uplink = Given.Uplink with { Index = 7 } };
        plane.Refused = "from_uplink@7";

        Assert.Throws<DataPlaneException>(() => attachments.AttachMissing(next, Given.Inside.Stack));
        attachments.AttachMissing(next, Given.Inside.Stack);
        attachments.AttachMissing(next, Given.Inside.Stack);

        Assert.Equal(["+to_uplink@7", "+from_uplink@7"], plane.Writes);
    }
}
