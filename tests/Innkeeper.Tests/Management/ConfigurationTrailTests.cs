using Innkeeper.Events;
using Innkeeper.Management;

namespace Innkeeper.Tests.Management;

/// <summary>The gateway's own changes of the configuration are in the audit trail, and a person's are not there twice.</summary>
public sealed class ConfigurationTrailTests
{
    private readonly ManagementFixture _gateway = new();

    public ConfigurationTrailTests() => _gateway.Events.Subscribe(new ConfigurationTrail(_gateway, "/etc/innkeeper.toml").Note, after: 0);

    [Fact]
    public void Change_ThatTheGatewayRollsBack_IsItsOwnEntry()
    {
        _gateway.Events.Add(new ConfigurationUndone(null, null, "anna", "it was not confirmed within 60 s"));

        Assert.Equal(
            new AuditEntry(
                new Actor("innkeeper", ActorKind.Process, Permission.Admin, "signal"), "configuration-rollback", "/etc/innkeeper.toml",
                "the configuration that anna applied is rolled back, as it was not confirmed within 60 s; the previous one is in force again, and in the file"),
            Assert.Single(_gateway.Trail));
    }

    [Fact]
    public void Change_ThatAPersonRollsBack_AndOtherEvents_AreNot()
    {
        _gateway.Events.Add(new ConfigurationUndone("olga", "192.0.2.1", "anna", null));
        _gateway.Events.Add(new BindingTableFull());

        Assert.Empty(_gateway.Trail);
    }
}
