using System.Reflection;
using System.Runtime.CompilerServices;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Management;

/// <summary>Which role may do what: every operation with every role. An operation that is missing here fails the test.</summary>
public sealed class PermissionTests
{
    /// <summary>The least permission of each operation. docs/security.md has the same for people.</summary>
    private static readonly Dictionary<string, Permission> s_least = new()
    {
        ["IStatusQueries.Get"] = Permission.Viewer,
        ["IDeviceQueries.List"] = Permission.Viewer,
        ["IDeviceQueries.Find"] = Permission.Viewer,
        ["IDiagnosisQueries.DiagnoseAsync"] = Permission.Viewer,
        ["IProfileQueries.List"] = Permission.Viewer,
        ["ILeaseQueries.List"] = Permission.Viewer,
        ["IEventOperations.List"] = Permission.Viewer,
        ["IEventOperations.Subscribe"] = Permission.Viewer,
        ["IDeviceCommands.ApproveAsync"] = Permission.Operator, // for a time and without a profile: see below
        ["IDeviceCommands.BlockAsync"] = Permission.Operator,
        ["IDeviceCommands.SetNameAsync"] = Permission.Operator,
        ["IDeviceCommands.HoldAsync"] = Permission.Admin,
        ["IDeviceCommands.ForgetAsync"] = Permission.Admin,
        ["IDeviceCommands.EraseAsync"] = Permission.Admin,
        ["IDeviceCommands.AddTagAsync"] = Permission.Admin,
        ["IDeviceCommands.RemoveTagAsync"] = Permission.Admin,
        ["IDeviceCommands.SetProfileAsync"] = Permission.Admin,
        ["IDeviceCommands.SetAddressAsync"] = Permission.Admin,
        ["IDeviceInspection.PingAsync"] = Permission.Admin,
        ["IDeviceInspection.Capture"] = Permission.Admin,
        ["IDeviceWaking.Wake"] = Permission.Operator,
        ["IConfigurationOperations.Get"] = Permission.Admin,
        ["IConfigurationOperations.Preview"] = Permission.Admin,
        ["IConfigurationOperations.Reload"] = Permission.Admin,
        ["IConfigurationOperations.GetFile"] = Permission.Admin,
        ["IConfigurationOperations.Check"] = Permission.Admin,
        ["IConfigurationOperations.PreviewText"] = Permission.Admin,
        ["IConfigurationOperations.Apply"] = Permission.Admin,
        ["IConfigurationOperations.Confirm"] = Permission.Admin,
        ["IConfigurationOperations.Rollback"] = Permission.Admin,
        ["IConfigurationOperations.GetPending"] = Permission.Admin,
        ["IConfigurationOperations.ListHistory"] = Permission.Admin,
        ["IConfigurationOperations.GetHistory"] = Permission.Admin,
        ["IBackupOperations.CreateAsync"] = Permission.Admin,
        ["IAuditQueries.List"] = Permission.Admin,
        ["ISeriesQueries.Get"] = Permission.Viewer,
        ["ISeriesQueries.Of"] = Permission.Viewer,
        ["IDeviceOrders.CarryOutAsync"] = Permission.Operator,
        ["INetworkQueries.Get"] = Permission.Viewer,
        ["IVoucherOperations.List"] = Permission.Viewer,
        ["IVoucherOperations.Find"] = Permission.Viewer,
        ["IVoucherOperations.CreateAsync"] = Permission.Operator, // for profiles that an admin allowed: VoucherOperationsTests
        ["IVoucherOperations.ExtendAsync"] = Permission.Operator,
        ["IVoucherOperations.RevokeAsync"] = Permission.Operator,
        ["IVoucherOperations.DeleteAsync"] = Permission.Admin,
        ["IRoomOperations.List"] = Permission.Viewer,
        ["IRoomOperations.Find"] = Permission.Viewer,
        ["IRoomOperations.SetAsync"] = Permission.Operator,
        ["IRoomOperations.EndAsync"] = Permission.Operator,
        ["ITermsQueries.List"] = Permission.Operator,
        ["IOutboxOperations.List"] = Permission.Admin,
        ["IOutboxOperations.Retry"] = Permission.Admin,
        ["IOutboxOperations.Delete"] = Permission.Admin,
        ["IOutboxOperations.TestMailAsync"] = Permission.Admin,
        ["IMachineOperations.List"] = Permission.Viewer,
        ["IMachineOperations.Put"] = Permission.Admin,
        ["IMachineOperations.Remove"] = Permission.Admin,
        ["IForwardOperations.List"] = Permission.Viewer,
        ["IForwardOperations.Put"] = Permission.Admin,
        ["IForwardOperations.Remove"] = Permission.Admin,
        ["IFindOperations.Start"] = Permission.Admin,
        ["IUserOperations.List"] = Permission.Admin,
        ["IUserOperations.AddAsync"] = Permission.Admin,
        ["IUserOperations.SetRoleAsync"] = Permission.Admin,
        ["IUserOperations.SetPasswordAsync"] = Permission.Admin, // of another user: UserOperationsTests have the own one
        ["IUserOperations.SetDisabledAsync"] = Permission.Admin,
        ["IUserOperations.DeleteAsync"] = Permission.Admin,
        ["IUserOperations.MakeLinkAsync"] = Permission.Admin,
        ["ITokenOperations.List"] = Permission.Admin,
        ["ITokenOperations.CreateAsync"] = Permission.Admin,
        ["ITokenOperations.DeleteAsync"] = Permission.Admin,
        ["ISessionOperations.List"] = Permission.Viewer,
        ["ISessionOperations.EndAsync"] = Permission.Viewer,
    };

    /// <summary>A value for each type of parameter, with which no operation has a reason of its own to refuse.</summary>
    private static readonly Dictionary<Type, object?> s_values = new()
    {
        [typeof(string)] = "02:00:00:00:00:01",
        [typeof(Approval)] = new Approval(For: "8h"),
        [typeof(Decision)] = new Decision(),
        [typeof(Setting)] = new Setting(""),
        [typeof(DeviceFilter)] = null,
        [typeof(AuditFilter)] = new AuditFilter(),
        [typeof(EventFilter)] = new EventFilter(),
        [typeof(WriteOptions)] = WriteOptions.Now,
        [typeof(ConfigText)] = new ConfigText(""),
        [typeof(ApplyRequest)] = new ApplyRequest(""),
        [typeof(MachineEntries)] = new MachineEntries([new MachineEntry("press-1")]),
        [typeof(ForwardEntry)] = new ForwardEntry("tcp", "8080", "press-1"),
        [typeof(Order)] = new Order("approve", For: "8h"),
        [typeof(FindRequest)] = new FindRequest(),
        [typeof(MailTestRequest)] = new MailTestRequest(),
        [typeof(NewUser)] = new NewUser("ben", "viewer", "correct horse battery"),
        [typeof(NewPassword)] = new NewPassword("correct horse battery"),
        [typeof(NewToken)] = new NewToken("nagios", "viewer"),
        [typeof(CaptureLimits)] = new CaptureLimits(TimeSpan.FromSeconds(30), 0, 65_535),
        [typeof(CancellationToken)] = CancellationToken.None,
        [typeof(VoucherFilter)] = new VoucherFilter(),
        [typeof(NewVouchers)] = new NewVouchers(Profile: "guests", For: "8h"),
        [typeof(VoucherExtension)] = new VoucherExtension("2h"),
        [typeof(RoomSetting)] = new RoomSetting(Vlan: 7, Until: "2027-01-01"),
        [typeof(int)] = 1,
        [typeof(long?)] = null,
        [typeof(bool)] = false,
    };

    private static IEnumerable<MethodInfo> Operations =>
        typeof(GatewayOperations).GetProperties().Select(p => p.PropertyType).Where(t => t.IsInterface).SelectMany(t => t.GetMethods()).Where(m => m.GetParameters().Any(p => p.ParameterType == typeof(Actor)));

    public static TheoryData<string, string> OperationsAndRoles => [.. s_least.Keys.SelectMany(name => Enum.GetNames<Permission>().Select(role => (name, role)))];

    private static string NameOf(MethodInfo operation) => $"{operation.DeclaringType!.Name}.{operation.Name}";

    [Fact]
    public void Table_HasEveryOperation() => Assert.Equal(Operations.Select(NameOf).Order(StringComparer.Ordinal), s_least.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(OperationsAndRoles))]
    public async Task Operation_IsRefusedToLowerRoles_AndToNoOther(string name, string role)
    {
        var permission = Enum.Parse<Permission>(role);

        var failure = await Try(Operations.Single(o => NameOf(o) == name), new Actor("vera", ActorKind.Person, permission, "192.0.2.7"));

        if (permission < s_least[name])
        {
            Assert.Equal(Actor.NameOf(s_least[name]), Assert.IsType<Forbidden>(failure).Needs);
        }
        else
        {
            Assert.IsNotType<Forbidden>(failure);
        }
    }

    /// <summary>
    /// Calls the operation's own class without anything that it works with: the permission comes first, so that a refused actor costs nothing
    /// and learns nothing.
    /// </summary>
    /// <returns>Null: it went on to its work, and missed what it works with.</returns>
    private static async Task<Failure?> Try(MethodInfo operation, Actor actor)
    {
        var type = typeof(GatewayOperations).Assembly.GetTypes().Single(t => t.IsClass && t.IsAssignableTo(operation.DeclaringType));
        var bare = RuntimeHelpers.GetUninitializedObject(type);
        var values = operation.GetParameters().Select(p => p.ParameterType == typeof(Actor) ? actor : s_values[p.ParameterType]).ToArray();
        try
        {
            dynamic answer = operation.Invoke(bare, BindingFlags.DoNotWrapExceptions, null, values, null)!;
            var result = operation.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal) ? await AwaitAsync(answer) : answer;
            return (Failure?)((object)result).GetType().GetProperty(nameof(Result<Actor>.Failure))!.GetValue(result);
        }
        catch (Exception e) when (e is NullReferenceException or ArgumentNullException)
        {
            return null;
        }
    }

    private static async Task<object> AwaitAsync<T>(ValueTask<Result<T>> answer)
        where T : class => await answer;

    [Theory]
    [InlineData(null, null)]
    [InlineData("8h", "guests")]
    [InlineData(null, "guests")]
    public async Task Approve_ByAnOperatorWithoutATimeOrWithAProfile_IsForbidden_AndSaysWhatIsNot(string? time, string? profile)
    {
        var gateway = new ManagementFixture();
        gateway.Know(ManagementFixture.Phone);

        var refused = (await gateway.Commands.ApproveAsync(ManagementFixture.Operator, "02:00:00:00:00:01", new Approval(profile, time))).Failure!;

        Assert.Equal("olga lacks the permission admin; give a time, such as 8h, and no profile", refused.Message);
        Assert.Empty(gateway.Decided);
        Assert.Empty(gateway.Trail);
    }

    [Fact]
    public async Task Approve_ByAnOperatorForATime_IsDone()
    {
        var gateway = new ManagementFixture();
        gateway.Know(ManagementFixture.Phone);

        Assert.True((await gateway.Commands.ApproveAsync(ManagementFixture.Operator, "02:00:00:00:00:01", new Approval(For: "8h", Reason: "room 12"))).IsOk);
        Assert.Equal(ManagementFixture.Start.AddHours(8), Assert.Single(gateway.Decided).Record!.Admission.Until);
    }
}
