namespace Innkeeper.Bindings;

/// <summary>A binding's packets as the data plane counts them, as far as decisions depend on it.</summary>
internal interface IBindingActivity
{
    /// <summary>How long ago the binding's device sent its last packet; <see cref="TimeSpan.MaxValue"/>: none since the binding was made from records.</summary>
    TimeSpan IdleFor(uint number, TimeSpan now);

    /// <summary>
    /// Whether the binding's device continued after it was first answered, so that it exists. Answers alone prove nothing: servers answer
    /// invented devices too.
    /// </summary>
    bool IsConfirmed(uint number);
}
