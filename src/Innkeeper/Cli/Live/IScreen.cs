namespace Innkeeper.Cli.Live;

/// <summary>The reason for the end of a wait of a <see cref="IScreen"/>.</summary>
internal enum ScreenEvent
{
    /// <summary>The time is over.</summary>
    Time,

    /// <summary>A key was pressed.</summary>
    Key,

    /// <summary>The window has another size.</summary>
    Size,

    /// <summary>The command is to end: Ctrl-C, a signal, or the terminal has gone.</summary>
    End,
}

/// <summary>The place where a live report is shown: a terminal that is painted again and again, or a stream to which one report after the other is written.</summary>
internal interface IScreen
{
    /// <summary>Columns and rows; null: a stream, which has no end in either direction.</summary>
    (int Width, int Height)? Size { get; }

    /// <summary>Shows a report in the place of the previous one, or below it.</summary>
    /// <exception cref="IOException">The reader of the output has gone.</exception>
    void Show(string text);

    /// <summary>Waits for a key, a signal or the end of a time.</summary>
    ScreenEvent Wait(TimeSpan time, out char key);
}
