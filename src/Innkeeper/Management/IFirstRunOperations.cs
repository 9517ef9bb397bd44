using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>From a machine without a configuration to a gateway on trial. `innkeeper setup --web` has these operations, and no gateway does.</summary>
internal interface IFirstRunOperations
{
    /// <summary>The interfaces and who is heard on them, until now.</summary>
    Result<FirstRunReport> Get(Actor actor);

    /// <summary>The shared addresses that a number of devices takes, and free ones. It asks by ARP, which takes some seconds; one at a time.</summary>
    ValueTask<Result<PlanReport>> PlanAsync(Actor actor, PlanRequest request, CancellationToken stop);

    /// <summary>The file for some choices, and its errors. Nothing is written.</summary>
    Result<FirstRunFile> Preview(Actor actor, FirstRunChoices choices);

    /// <summary>Sends one message with the given settings. One at a time, for 30 s at most.</summary>
    ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, FirstRunMail mail, CancellationToken stop);

    /// <summary>Writes the file, and has the gateway started on trial at the same address. This server ends with the answer.</summary>
    Result<FirstRunTrial> Apply(Actor actor, FirstRunChoices choices);
}
