namespace Innkeeper.Dns;

/// <summary>Charges answers to the devices that get them, and opens the walled garden before they leave.</summary>
/// <param name="garden">Null: there is none.</param>
internal sealed class MeteredOutput(IResolverOutput output, DnsBudgets budgets, Garden? garden) : IResolverOutput
{
    /// <summary>The time of what the resolver is doing.</summary>
    public TimeSpan Now { get; set; }

    /// <inheritdoc/>
    public Span<byte> BeginAnswer() => output.BeginAnswer();

    /// <inheritdoc/>
    public void EndAnswer(in DnsClient client, int length)
    {
        budgets.Answered(client, length, Now);
        garden?.Answered(client, output.BeginAnswer()[..length], Now);
        output.EndAnswer(client, length);
    }

    /// <inheritdoc/>
    public bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query)
    {
        if (exchange.IsStream && exchange.Question.Owner is { } owner)
        {
            if (!budgets.Streams.TryTake(owner))
            {
                return false;
            }

            if (!output.TrySend(exchange, query))
            {
                budgets.Streams.Return(owner.Station);
                return false;
            }

            return true;
        }

        return output.TrySend(exchange, query);
    }

    /// <inheritdoc/>
    public void Close(UpstreamQuery exchange)
    {
        if (exchange.IsStream && exchange.Question.Owner is { } owner)
        {
            budgets.Streams.Return(owner.Station);
        }

        output.Close(exchange);
    }
}
