namespace Innkeeper.Cli.Live;

/// <summary>The state of a live table: the last two samples and the order.</summary>
/// <param name="ask">Asks the gateway for a sample, or says why there is none.</param>
internal sealed class TopSession(Func<(TopSample? Sample, (string Text, int Code)? Failure)> ask, string order)
{
    private TopSample? _last;
    private TopModel? _model;
    private string _order = order;

    /// <summary>Why the last question had no answer; null: it had.</summary>
    public (string Text, int Code)? Failure { get; private set; }

    public void Refresh()
    {
        var (sample, failure) = ask();
        Failure = failure;
        if (sample is null)
        {
            // A gateway that starts again counts from 0.
            _last = null;
            return;
        }

        _model = TopModel.Of(_last ?? sample, sample);
        _last = sample;
    }

    public void Press(char key)
    {
        if (key is 's' or 'S')
        {
            _order = TopModel.Orders[(TopModel.Orders.ToList().IndexOf(_order) + 1) % TopModel.Orders.Count];
        }
    }

    /// <param name="isWhole">All devices, however many.</param>
    public string Render((int Width, int Height) window, bool isWhole = false) =>
        Failure is { } failure ? TextColumns.Fit($"innkeeper: {failure.Text}", window.Width).TrimEnd() + "\n"
        : _model is { } model ? TopView.Text(model, _order, window.Width, isWhole ? null : window.Height)
        : "";
}
