using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Api;

/// <summary>For the routes' own sake: nothing answers.</summary>
internal sealed class NoFirstRun : IFirstRunOperations
{
    public Result<FirstRunReport> Get(Actor actor) => throw new NotSupportedException();

    public ValueTask<Result<PlanReport>> PlanAsync(Actor actor, PlanRequest request, CancellationToken stop) => throw new NotSupportedException();

    public Result<FirstRunFile> Preview(Actor actor, FirstRunChoices choices) => throw new NotSupportedException();

    public ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, FirstRunMail mail, CancellationToken stop) => throw new NotSupportedException();

    public Result<FirstRunTrial> Apply(Actor actor, FirstRunChoices choices) => throw new NotSupportedException();
}
