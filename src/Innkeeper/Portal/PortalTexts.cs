using System.Globalization;

namespace Innkeeper.Portal;

/// <summary>The page's texts in one language. Each is required, so that a missing one fails the build. They go into the page as they are.</summary>
internal sealed record PortalTexts
{
    /// <summary>Ranges of an Accept-Language header that are looked at; no browser sends as many.</summary>
    private const int MostRanges = 16;

    /// <summary>The language's tag (RFC 5646).</summary>
    public required string Language { get; init; }

    public required string UnknownTitle { get; init; }

    public required string OnlineTitle { get; init; }

    public required string Online { get; init; }

    public required string BlockedTitle { get; init; }

    public required string Blocked { get; init; }

    public required string WaitsTitle { get; init; }

    public required string Told { get; init; }

    public required string Untold { get; init; }

    public required string Ordered { get; init; }

    public required string EndedTitle { get; init; }

    public required string EndedTold { get; init; }

    public required string Ended { get; init; }

    public required string ClosedTitle { get; init; }

    public required string Closed { get; init; }

    /// <summary>Of a page that offers a way in.</summary>
    public required string WelcomeTitle { get; init; }

    public required string Welcome { get; init; }

    /// <summary>A form let the device in a moment ago.</summary>
    public required string EnteringTitle { get; init; }

    public required string Entering { get; init; }

    /// <summary>Of the field for a code.</summary>
    public required string Code { get; init; }

    /// <summary>The same on the page of a device that is online for a time.</summary>
    public required string CodeMore { get; init; }

    public required string CodeButton { get; init; }

    public required string Terms { get; init; }

    public required string TermsButton { get; init; }

    /// <summary>Above the words about the administrator, beside other ways in.</summary>
    public required string Ask { get; init; }

    /// <summary>The link that loads the page again.</summary>
    public required string LookAgain { get; init; }

    /// <summary>Why access ended: its time is over.</summary>
    public required string EndTime { get; init; }

    public required string EndRevoked { get; init; }

    public required string EndCheckOut { get; init; }

    public required string EndData { get; init; }

    /// <summary>Of a device that is held as the volume of its profile is used up.</summary>
    public required string VolumeTitle { get; init; }

    public required string Volume { get; init; }

    /// <summary>After it, where another code gives more.</summary>
    public required string VolumeGoOn { get; init; }

    /// <summary>Before the time at which the volume begins again.</summary>
    public required string VolumeUntil { get; init; }

    /// <summary>After the reason, where the page offers a way in.</summary>
    public required string EndedGoOn { get; init; }

    public required string Mistyped { get; init; }

    public required string Unknown { get; init; }

    public required string Early { get; init; }

    public required string Over { get; init; }

    public required string Revoked { get; init; }

    public required string Full { get; init; }

    public required string Used { get; init; }

    public required string Wait { get; init; }

    public required string Old { get; init; }

    public required string Refused { get; init; }

    public required string Busy { get; init; }

    /// <summary>That the page loads itself again.</summary>
    public required string Again { get; init; }

    /// <summary>Above the administrator's notice.</summary>
    public required string Notice { get; init; }

    public required string Address { get; init; }

    public required string OnlineSince { get; init; }

    public required string Since { get; init; }

    public required string Until { get; init; }

    public required string JustNow { get; init; }

    public required Func<int, string> MinutesAgo { get; init; }

    public required Func<int, string> HoursAgo { get; init; }

    public required Func<int, string> DaysAgo { get; init; }

    public static PortalTexts English { get; } = new()
    {
        Language = "en",
        WelcomeTitle = "Connect to the Internet",
        Welcome = "Choose how to connect your device.",
        EnteringTitle = "You are being connected",
        Entering = "This takes a few seconds. The page loads itself again.",
        Code = "Code of your voucher or room",
        CodeMore = "Enter another code to stay longer",
        CodeButton = "Connect",
        Terms = "Terms of use",
        TermsButton = "I accept the terms",
        Ask = "Or wait for the administrator",
        LookAgain = "Check again",
        EndTime = "The time for which your device was admitted has passed.",
        EndRevoked = "Your voucher was revoked.",
        EndCheckOut = "The stay in your room has ended.",
        EndData = "The data that your code allows is used up.",
        VolumeTitle = "Your data is used up",
        Volume = "The data that you may use for now is used up. Your device is connected again at the time below, without your doing anything.",
        VolumeGoOn = "With another code you can go on at once.",
        VolumeUntil = "Connected again",
        EndedGoOn = "To go on, use one of the ways below.",
        Mistyped = "The code is mistyped. Compare it with your voucher, character by character.",
        Unknown = "This code is not valid here.",
        Early = "This code is not valid yet.",
        Over = "The time of this code is over.",
        Revoked = "This code was revoked.",
        Full = "This code is already used by as many devices as it allows.",
        Used = "The data of this code is used up.",
        Wait = "There were too many wrong codes. Wait a while before you try again.",
        Old = "This page was too old. Please try again.",
        Refused = "Your device cannot be let in this way.",
        Busy = "This cannot be decided at the moment. Please try again in a minute.",
        UnknownTitle = "Your device is not known yet",
        OnlineTitle = "You are online",
        Online = "Your device may use this network. You can close this page.",
        BlockedTitle = "Your device may not use this network",
        Blocked = "The administrator has blocked it. If you think that this is a mistake, give the administrator the address below.",
        WaitsTitle = "Waiting for the administrator",
        Told = "The administrator of this network has been notified that your device is here, and must approve it.",
        Untold = "The administrator of this network must approve your device, and may not know yet that it is here. Give the administrator the address below.",
        Ordered = "The administrator of this network has put your device on hold. To get access, give the administrator the address below.",
        EndedTitle = "Your access has ended",
        EndedTold = "The administrator of this network has been notified, and can admit it again.",
        Ended = "To get access again, give the administrator of this network the address below.",
        ClosedTitle = "This network is not open to new devices",
        Closed = "To get access, give the administrator of this network the address below.",
        Again = "This page reloads every 10 seconds.",
        Notice = "From the administrator",
        Address = "Your device's address (MAC)",
        OnlineSince = "Online since",
        Since = "Since",
        Until = "Until",
        JustNow = "just now",
        MinutesAgo = n => n == 1 ? "1 minute ago" : $"{n} minutes ago",
        HoursAgo = n => n == 1 ? "1 hour ago" : $"{n} hours ago",
        DaysAgo = n => n == 1 ? "1 day ago" : $"{n} days ago",
    };

    public static PortalTexts German { get; } = new()
    {
        Language = "de",
        WelcomeTitle = "Mit dem Internet verbinden",
        Welcome = "Wählen Sie, wie Sie Ihr Gerät verbinden.",
        EnteringTitle = "Sie werden verbunden",
        Entering = "Das dauert einige Sekunden. Die Seite lädt sich neu.",
        Code = "Code Ihres Gutscheins oder Zimmers",
        CodeMore = "Weiterer Code, um länger zu bleiben",
        CodeButton = "Verbinden",
        Terms = "Nutzungsbedingungen",
        TermsButton = "Ich nehme die Bedingungen an",
        Ask = "Oder auf den Administrator warten",
        LookAgain = "Erneut nachsehen",
        EndTime = "Die Zeit, für die Ihr Gerät zugelassen war, ist vorbei.",
        EndRevoked = "Ihr Gutschein wurde zurückgezogen.",
        EndCheckOut = "Der Aufenthalt in Ihrem Zimmer ist beendet.",
        EndData = "Das Datenvolumen Ihres Codes ist aufgebraucht.",
        VolumeTitle = "Ihr Datenvolumen ist aufgebraucht",
        Volume = "Die Datenmenge, die Sie vorerst nutzen dürfen, ist aufgebraucht. Ihr Gerät wird zur unten genannten Zeit von selbst wieder verbunden.",
        VolumeGoOn = "Mit einem anderen Code geht es sofort weiter.",
        VolumeUntil = "Wieder verbunden",
        EndedGoOn = "Um weiterzumachen, nutzen Sie einen der Wege unten.",
        Mistyped = "Der Code ist vertippt. Vergleichen Sie ihn Zeichen für Zeichen mit Ihrem Gutschein.",
        Unknown = "Dieser Code gilt hier nicht.",
        Early = "Dieser Code gilt noch nicht.",
        Over = "Die Zeit dieses Codes ist vorbei.",
        Revoked = "Dieser Code wurde zurückgezogen.",
        Full = "Diesen Code benutzen schon so viele Geräte, wie er erlaubt.",
        Used = "Das Datenvolumen dieses Codes ist aufgebraucht.",
        Wait = "Es gab zu viele falsche Codes. Warten Sie eine Weile, bevor Sie es erneut versuchen.",
        Old = "Diese Seite war zu alt. Bitte versuchen Sie es noch einmal.",
        Refused = "Ihr Gerät kann auf diesem Weg nicht zugelassen werden.",
        Busy = "Das lässt sich gerade nicht entscheiden. Bitte versuchen Sie es in einer Minute noch einmal.",
        UnknownTitle = "Ihr Gerät ist noch nicht bekannt",
        OnlineTitle = "Sie sind online",
        Online = "Ihr Gerät darf dieses Netz benutzen. Sie können diese Seite schließen.",
        BlockedTitle = "Ihr Gerät darf dieses Netz nicht benutzen",
        Blocked = "Der Administrator hat es gesperrt. Wenn Sie das für einen Irrtum halten, nennen Sie dem Administrator die Adresse unten.",
        WaitsTitle = "Warten auf den Administrator",
        Told = "Der Administrator dieses Netzes wurde benachrichtigt, dass Ihr Gerät da ist, und muss es zulassen.",
        Untold = "Der Administrator dieses Netzes muss Ihr Gerät zulassen und weiß vielleicht noch nicht, dass es da ist. Nennen Sie ihm die Adresse unten.",
        Ordered = "Der Administrator dieses Netzes lässt Ihr Gerät warten. Um Zugang zu bekommen, nennen Sie ihm die Adresse unten.",
        EndedTitle = "Ihr Zugang ist abgelaufen",
        EndedTold = "Der Administrator dieses Netzes wurde benachrichtigt und kann es wieder zulassen.",
        Ended = "Um wieder Zugang zu bekommen, nennen Sie dem Administrator dieses Netzes die Adresse unten.",
        ClosedTitle = "Dieses Netz ist für neue Geräte nicht offen",
        Closed = "Um Zugang zu bekommen, nennen Sie dem Administrator dieses Netzes die Adresse unten.",
        Again = "Diese Seite lädt sich alle 10 Sekunden neu.",
        Notice = "Vom Administrator",
        Address = "Adresse Ihres Geräts (MAC)",
        OnlineSince = "Online seit",
        Since = "Seit",
        Until = "Bis",
        JustNow = "gerade eben",
        MinutesAgo = n => n == 1 ? "vor 1 Minute" : $"vor {n} Minuten",
        HoursAgo = n => n == 1 ? "vor 1 Stunde" : $"vor {n} Stunden",
        DaysAgo = n => n == 1 ? "vor 1 Tag" : $"vor {n} Tagen",
    };

    public static PortalTexts French { get; } = new()
    {
        Language = "fr",
        WelcomeTitle = "Se connecter à Internet",
        Welcome = "Choisissez comment connecter votre appareil.",
        EnteringTitle = "Connexion en cours",
        Entering = "Cela prend quelques secondes. La page se recharge.",
        Code = "Code de votre bon ou de votre chambre",
        CodeMore = "Un autre code pour rester plus longtemps",
        CodeButton = "Se connecter",
        Terms = "Conditions d’utilisation",
        TermsButton = "J’accepte les conditions",
        Ask = "Ou attendre l’administrateur",
        LookAgain = "Vérifier de nouveau",
        EndTime = "La durée pour laquelle votre appareil était accepté est passée.",
        EndRevoked = "Votre bon a été révoqué.",
        EndCheckOut = "Le séjour dans votre chambre est terminé.",
        EndData = "Le volume de données de votre code est épuisé.",
        VolumeTitle = "Votre volume de données est épuisé",
        Volume = "Le volume de données dont vous disposez pour le moment est épuisé. Votre appareil sera reconnecté de lui-même à l’heure indiquée ci-dessous.",
        VolumeGoOn = "Avec un autre code, vous pouvez continuer tout de suite.",
        VolumeUntil = "Reconnexion",
        EndedGoOn = "Pour continuer, utilisez un des moyens ci-dessous.",
        Mistyped = "Le code est mal saisi. Comparez-le caractère par caractère avec votre bon.",
        Unknown = "Ce code n’est pas valable ici.",
        Early = "Ce code n’est pas encore valable.",
        Over = "La durée de ce code est passée.",
        Revoked = "Ce code a été révoqué.",
        Full = "Ce code est déjà utilisé par autant d’appareils qu’il permet.",
        Used = "Le volume de données de ce code est épuisé.",
        Wait = "Il y a eu trop de codes faux. Attendez un moment avant de réessayer.",
        Old = "Cette page était trop ancienne. Veuillez réessayer.",
        Refused = "Votre appareil ne peut pas être accepté de cette façon.",
        Busy = "Cela ne peut pas être décidé pour le moment. Réessayez dans une minute.",
        UnknownTitle = "Votre appareil n’est pas encore connu",
        OnlineTitle = "Vous êtes en ligne",
        Online = "Votre appareil peut utiliser ce réseau. Vous pouvez fermer cette page.",
        BlockedTitle = "Votre appareil ne peut pas utiliser ce réseau",
        Blocked = "L’administrateur l’a bloqué. Si vous pensez que c’est une erreur, donnez-lui l’adresse ci-dessous.",
        WaitsTitle = "En attente de l’administrateur",
        Told = "L’administrateur de ce réseau a été prévenu que votre appareil est là, et doit l’accepter.",
        Untold = "L’administrateur de ce réseau doit accepter votre appareil, et ne sait peut-être pas encore qu’il est là. Donnez-lui l’adresse ci-dessous.",
        Ordered = "L’administrateur de ce réseau a mis votre appareil en attente. Pour obtenir l’accès, donnez-lui l’adresse ci-dessous.",
        EndedTitle = "Votre accès est terminé",
        EndedTold = "L’administrateur de ce réseau a été prévenu et peut l’accepter de nouveau.",
        Ended = "Pour retrouver l’accès, donnez à l’administrateur de ce réseau l’adresse ci-dessous.",
        ClosedTitle = "Ce réseau n’est pas ouvert aux nouveaux appareils",
        Closed = "Pour obtenir l’accès, donnez à l’administrateur de ce réseau l’adresse ci-dessous.",
        Again = "Cette page se recharge toutes les 10 secondes.",
        Notice = "De l’administrateur",
        Address = "Adresse de votre appareil (MAC)",
        OnlineSince = "En ligne depuis",
        Since = "Depuis",
        Until = "Jusqu’à",
        JustNow = "à l’instant",
        MinutesAgo = n => n == 1 ? "il y a 1 minute" : $"il y a {n} minutes",
        HoursAgo = n => n == 1 ? "il y a 1 heure" : $"il y a {n} heures",
        DaysAgo = n => n == 1 ? "il y a 1 jour" : $"il y a {n} jours",
    };

    public static PortalTexts Spanish { get; } = new()
    {
        Language = "es",
        WelcomeTitle = "Conectarse a Internet",
        Welcome = "Elija cómo conectar su dispositivo.",
        EnteringTitle = "Conectando",
        Entering = "Tarda unos segundos. La página se recarga.",
        Code = "Código de su vale o de su habitación",
        CodeMore = "Otro código para quedarse más tiempo",
        CodeButton = "Conectar",
        Terms = "Condiciones de uso",
        TermsButton = "Acepto las condiciones",
        Ask = "O esperar al administrador",
        LookAgain = "Comprobar de nuevo",
        EndTime = "El tiempo por el que su dispositivo estaba admitido ha pasado.",
        EndRevoked = "Su vale fue revocado.",
        EndCheckOut = "La estancia en su habitación ha terminado.",
        EndData = "Los datos que su código permite se han agotado.",
        VolumeTitle = "Sus datos se han agotado",
        Volume = "Los datos que puede usar por ahora se han agotado. Su dispositivo se conectará de nuevo por sí solo a la hora indicada abajo.",
        VolumeGoOn = "Con otro código puede seguir enseguida.",
        VolumeUntil = "Conexión de nuevo",
        EndedGoOn = "Para continuar, use una de las formas de abajo.",
        Mistyped = "El código está mal escrito. Compárelo con su vale, carácter por carácter.",
        Unknown = "Este código no es válido aquí.",
        Early = "Este código todavía no es válido.",
        Over = "El tiempo de este código ha pasado.",
        Revoked = "Este código fue revocado.",
        Full = "Este código ya lo usan tantos dispositivos como permite.",
        Used = "Los datos de este código se han agotado.",
        Wait = "Hubo demasiados códigos erróneos. Espere un rato antes de volver a intentarlo.",
        Old = "Esta página era demasiado antigua. Inténtelo de nuevo.",
        Refused = "Su dispositivo no puede ser admitido de esta forma.",
        Busy = "No se puede decidir en este momento. Inténtelo de nuevo en un minuto.",
        UnknownTitle = "Su dispositivo aún no es conocido",
        OnlineTitle = "Está en línea",
        Online = "Su dispositivo puede usar esta red. Puede cerrar esta página.",
        BlockedTitle = "Su dispositivo no puede usar esta red",
        Blocked = "El administrador lo ha bloqueado. Si cree que es un error, dele la dirección de abajo.",
        WaitsTitle = "A la espera del administrador",
        Told = "El administrador de esta red ha recibido el aviso de que su dispositivo está aquí, y debe admitirlo.",
        Untold = "El administrador de esta red debe admitir su dispositivo, y quizá aún no sabe que está aquí. Dele la dirección de abajo.",
        Ordered = "El administrador de esta red ha puesto su dispositivo en espera. Para obtener acceso, dele la dirección de abajo.",
        EndedTitle = "Su acceso ha terminado",
        EndedTold = "El administrador de esta red ha recibido un aviso y puede admitirlo de nuevo.",
        Ended = "Para volver a tener acceso, dé al administrador de esta red la dirección de abajo.",
        ClosedTitle = "Esta red no está abierta a dispositivos nuevos",
        Closed = "Para obtener acceso, dé al administrador de esta red la dirección de abajo.",
        Again = "Esta página se recarga cada 10 segundos.",
        Notice = "Del administrador",
        Address = "Dirección de su dispositivo (MAC)",
        OnlineSince = "En línea desde",
        Since = "Desde",
        Until = "Hasta",
        JustNow = "ahora mismo",
        MinutesAgo = n => n == 1 ? "hace 1 minuto" : $"hace {n} minutos",
        HoursAgo = n => n == 1 ? "hace 1 hora" : $"hace {n} horas",
        DaysAgo = n => n == 1 ? "hace 1 día" : $"hace {n} días",
    };

    public static IReadOnlyList<PortalTexts> All { get; } = [English, German, French, Spanish];

    /// <summary>The text for the result of a form; null: there is none.</summary>
    public string? Of(PortalSaid said) => said switch
    {
        PortalSaid.Mistyped => Mistyped,
        PortalSaid.Unknown => Unknown,
        PortalSaid.Early => Early,
        PortalSaid.Over => Over,
        PortalSaid.Revoked => Revoked,
        PortalSaid.Full => Full,
        PortalSaid.Used => Used,
        PortalSaid.Wait => Wait,
        PortalSaid.Old => Old,
        PortalSaid.Refused => Refused,
        PortalSaid.Busy => Busy,
        _ => null,
    };

    /// <summary>The language that a browser prefers (Accept-Language, RFC 9110 section 12.5.4), of those that there are; otherwise the first.</summary>
    /// <param name="header">As it came: any text.</param>
    public static PortalTexts For(string header, IReadOnlyList<PortalTexts> all)
    {
        var (best, weight) = (all[0], 0.0);
        foreach (var range in header.Split(',', MostRanges + 1).Take(MostRanges))
        {
            var parts = range.Split(';');
            var primary = parts[0].Trim().Split('-')[0];
            var given = WeightOf(parts);
            if (given > weight && all.FirstOrDefault(t => t.Language.Equals(primary, StringComparison.OrdinalIgnoreCase)) is { } texts)
            {
                (best, weight) = (texts, given);
            }
        }

        return best;
    }

    private static double WeightOf(string[] parts)
    {
        var weight = parts.Skip(1).Select(p => p.Trim()).FirstOrDefault(p => p.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        return weight is null ? 1 : double.TryParse(weight[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) && read <= 1 ? read : 0;
    }
}
