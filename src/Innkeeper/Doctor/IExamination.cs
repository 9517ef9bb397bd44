namespace Innkeeper.Doctor;

/// <summary>Looks at one precondition of the gateway. All run side by side, and none changes anything.</summary>
internal interface IExamination
{
    /// <summary>The precondition, in a word or two.</summary>
    string Name { get; }

    /// <summary>Looks, and judges.</summary>
    /// <param name="stop">Its time is over.</param>
    Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop);
}
