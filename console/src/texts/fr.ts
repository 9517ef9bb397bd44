import { number } from "../format";
import { drops } from "./drops/fr";
import type { Texts } from "./en";

function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count < 2 ? one : many}`;
}

const devices = (n: number) => plural(n, "appareil", "appareils");

export const fr: Texts = {
  common: {
    actions: "Actions possibles", again: "Réessayer", cancel: "Annuler", clear: "Vider", close: "Fermer", dismiss: "Masquer", loading: "Chargement…", messages: "Avis",
    remove: "Supprimer", save: "Enregistrer", undo: "Défaire",
  },
  nav: {
    label: "Rubriques", menu: "Menu", skip: "Aller au contenu", find: "Chercher un appareil : chambre, MAC, IP, nom", overview: "Vue d’ensemble", devices: "Appareils", events: "Événements", network: "Réseau",
    machines: "Machines",
    audit: "Journal des actes", mail: "Courriel et webhook", settings: "Réglages", profiles: "Profils", users: "Utilisateurs et jetons", vouchers: "Bons", rooms: "Chambres", api: "API",
  },
  account: {
    menu: (name: string) => `Compte de ${name}`, you: "Vous", theme: "Couleurs", language: "Langue", themes: { system: "Comme le système", light: "Clair", dark: "Sombre" },
    changePassword: "Changer le mot de passe", signOut: "Se déconnecter", oldPassword: "Mot de passe actuel", newPassword: "Nouveau mot de passe", passwordChanged: "Votre mot de passe est changé.",
    sessions: "Vos sessions", thisOne: "celle-ci", end: "Terminer",
    passwordHint: "Au moins 10 caractères. Quelques mots que vous seul réunissez conviennent bien.",
  },
  roles: { viewer: "Observateur", operator: "Accueil", admin: "Administrateur" },
  front: {
    signIn: "Se connecter", name: "Nom", password: "Mot de passe", ended: "Votre session est terminée. Reconnectez-vous.", wrong: "Le nom ou le mot de passe est faux.",
    throttled: (time: string) => `Trop d’essais. Attendez ${time}, puis réessayez.`, setUp: "Mettre la console en service",
    needsLink: "Cette passerelle n’a pas encore d’administrateur. Ouvrez le lien qu’elle a affiché à son démarrage. Cette commande sur la passerelle donne un nouveau lien :",
    isSetUp: "Cette passerelle est déjà en service. Le lien ne sert qu’une fois.", setUpText: "Choisissez le nom et le mot de passe du premier administrateur.", again: "Mot de passe encore une fois",
    differs: "Les deux mots de passe diffèrent.", create: "Créer l’administrateur",
  },
  firstRun: {
    title: "Première mise en service", step: (n: number, all: number) => `Étape ${n} sur ${all}`, next: "Suivant", back: "Retour", look: "Regarder à nouveau",
    steps: { devices: "Où sont les appareils ?", uplink: "Quelle interface mène à l’extérieur ?", addresses: "Combien d’appareils ?", admission: "Qui peut entrer ?", mail: "Courrier pour vous", summary: "Résumé" },
    takenBack: "Le dernier essai a été annulé", devicesText: "Branchez les appareils et faites-les émettre. La liste suit ce qui est entendu.", uplinkText: "Le routeur de la bonne interface répond. Pour un seul bras, reprenez l’interface des appareils.",
    noCable: "pas de câble", off: "désactivée", noAddress: "sans adresse", heard: (n: number) => `${plural(n, "appareil entendu", "appareils entendus")}`, andMore: (n: number) => `et ${number(n)} autres`, router: (address: string) => `routeur ${address}`, answers: "répond", silent: "ne répond pas", asked: "est interrogé",
    sameInterface: "l’interface des appareils : un bras", oneArm: (name: string) => `Un bras : la passerelle est sur le LAN de ${name} et sert les appareils qui n’en font pas partie.`, twoArms: (access: string, uplink: string) => `Deux bras : les appareils sur ${access}, Internet par ${uplink}.`,
    noRouter: "Aucun routeur ne répond sur cette interface. Les appareils n’auront pas Internet tant qu’aucun ne répond.", noUplinkAddress: "Cette interface n’a pas encore d’adresse.", howMany: "Appareils en ligne en même temps", howManyHint: "De 1 à 16 384. Les appareils partagent des adresses par ports, environ 1 000 appareils par adresse.", find: "Chercher des adresses libres", finding: "Recherche d’adresses libres…",
    enough: (n: number) => `${plural(n, "appareil se contente", "appareils se contentent")} de l’adresse que la passerelle a déjà.`, needs: (n: number, addresses: number) => `${plural(n, "appareil demande", "appareils demandent")} ${plural(addresses, "adresse partagée", "adresses partagées")} du réseau de sortie.`,
    found: (n: number, asked: number, used: number) => `${plural(n, "adresse libre trouvée", "adresses libres trouvées")} : ${number(asked)} demandées, ${number(used)} utilisées.`, tooFew: "C’est trop peu. Avec moins d’adresses, chaque appareil a moins de ports.", ranges: "Adresses partagées", rangesHint: "Adresses ou plages, séparées par des virgules. Aucun autre hôte ni serveur DHCP ne doit les utiliser. Vide : l’adresse de la passerelle.",
    everyone: "Chaque appareil a accès aussitôt", approve: "J’autorise chaque appareil", limit: "L’accès prend fin après", noLimit: "L’accès n’a pas de fin", limitHint: "Par exemple 8h ou 7d. Ensuite l’appareil vous redemande.", mailText: "Des courriers sur les nouveaux appareils et les pannes. Vous pouvez passer cette étape.", wantsMail: "M’envoyer des courriers", server: "Serveur de courrier", serverHint: "Par exemple mail.example.net ou mail.example.net:587.",
    tls: "Chiffrement", tlsKinds: { starttls: "Par STARTTLS", implicit: "TLS dès le début", none: "aucun" }, user: "Nom d’utilisateur", password: "Mot de passe", passwordHint: "Il est gardé dans un fichier que seule la passerelle peut lire.", sender: "Expéditeur", recipients: "Destinataires", recipientsHint: "Séparez-les par des virgules.", test: "Envoyer un courrier d’essai",
    file: (name: string) => `Voici ce qui sera écrit dans ${name} :`, replaces: "Le fichier présent est gardé avec la terminaison .bak.", errors: "Ces choix ne peuvent pas être appliqués", apply: (time: string) => `Appliquer pendant ${time}`, trialText: (time: string) => `La passerelle démarre avec ce fichier. Sans confirmation en ${time}, elle est arrêtée et le fichier supprimé.`,
    starting: "La passerelle démarre", startingText: "Cette page continue dès qu’elle répond. Si vous perdez le contact, tout est annulé automatiquement.", running: "La passerelle est à l’essai", runningText: "Vérifiez qu’un appareil est en ligne, puis confirmez.", left: (time: string) => `encore ${time}`, confirm: "Confirmer", undo: "Annuler maintenant", undoing: "La passerelle s’arrête",
    online: (n: number) => `${plural(n, "appareil", "appareils")} en ligne`, confirmed: "La passerelle est en service.", needsLink: "Ouvrez le lien que cette commande a affiché. Pour un nouveau lien, relancez-la :", pendingText: "C’est la première configuration. Sans confirmation, la passerelle est arrêtée et son fichier supprimé.",
  },
  errors: {
    unknown: "Quelque chose a échoué.", http: (status: number) => `La passerelle a répondu avec le statut HTTP ${status}.`,
    codes: {
      unreachable: "La passerelle ne répond pas.", unauthenticated: "Connectez-vous.", forbidden: "Votre rôle ne le permet pas.", not_found: "Cela n’existe pas.",
      changed: "Quelqu’un l’a modifié entre-temps. Regardez-le de nouveau.", throttled: "Trop de requêtes. Attendez un instant.", unreadable: "La réponse de la passerelle est illisible.",
    },
    noPage: "Cette page n’existe pas.", notYours: "Votre rôle n’a pas cette page.", pageFailed: "Cette page ne peut pas être affichée.",
    pageFailedText: "La passerelle a peut-être changé de version. Rechargez la page.", loadAgain: "Recharger", outdated: "La passerelle a une nouvelle version. Rechargez la page pour l’utiliser.",
  },
  stale: {
    title: (time: string) => `Pas de contact avec la passerelle depuis ${time}`, text: "Ce que vous voyez est peut-être ancien. La console essaie toujours et reprend d’elle-même.", back: "La passerelle répond de nouveau.",
  },
  pending: {
    label: "Nouveaux réglages à l’essai", title: "De nouveaux réglages sont à l’essai", text: "Si tout marche, confirmez-les. Sinon, les réglages précédents reviennent d’eux-mêmes.",
    left: (time: string) => `Encore ${time} avant le retour`, confirm: "Confirmer", undo: "Revenir maintenant", confirmed: "Les nouveaux réglages sont confirmés.", undone: "Les réglages précédents reviennent.",
  },
  times: { "10m": "10 min", "1h": "1 h", "8h": "8 h", "24h": "24 h", "7d": "7 jours", "30d": "30 jours" },
  states: { online: "En ligne", silent: "Silencieux", waits: "Attend", ended: "Accès terminé", blocked: "Bloqué", refused: "Refusé", new: "Nouveau" },
  causes: {
    held: "Il attend que vous l’admettiez.", "held-closed": "Son profil est fermé aux nouveaux appareils.", "held-by-order": "Quelqu’un l’a mis en attente.", expired: "Son temps est écoulé.", blocked: "Il est bloqué.",
    "device-limit": "Il utilise autant d’adresses que son profil en permet, et en veut une de plus.", "pool-exhausted": "Il ne reste aucune adresse extérieure pour lui.", "table-full": "La table des appareils de la passerelle est pleine.", "leases-exhausted": "DHCP n’a plus d’adresse pour lui.",
  },
  overview: {
    allWell: "Tout va bien", broken: "Des appareils n’ont pas de service", degraded: "Quelque chose demande votre attention", internet: "Internet", up: "Relié", down: "En panne",
    way: (uplink: string, router: string) => `${uplink} → ${router}`, noRouter: (uplink: string) => `${uplink}, pas de routeur`, dns: "DNS", off: "Éteint", answers: "Répond",
    someAnswer: (some: number, all: number) => `${number(some)} sur ${number(all)} répondent`, addresses: "Adresses extérieures", ports: "Blocs de ports",
    of: (part: string, whole: string) => `${part} sur ${whole}`, quarantined: (n: number) => `${number(n)} utilisées par d’autres hôtes`,
    refused: (n: number) => `${plural(n, "paquet refusé", "paquets refusés")} : plus de port libre`, shared: (n: number) => plural(n, "adresse partagée", "adresses partagées"),
    admitted: (n: number) => `${number(n)} admis`, waiting: (n: number) => `${number(n)} en attente`, blocked: (n: number) => `${number(n)} bloqués`,
    needsYou: "À vous de décider", nothing: "Aucun appareil ne vous attend.", allWaiting: "Tout afficher", why: "Pourquoi…", more: (n: number) => `${number(n)} de plus`, latest: "Derniers événements", allEvents: "Tous les événements",
  },
  chart: {
    title: "Au fil du temps", range: "Période", hour: "Dernière heure", twoDays: "2 jours", ninetyDays: "90 jours", throughput: "Débit", in: "Vers les appareils", out: "Vers Internet", online: "En ligne",
    waiting: "En attente", highest: (value: string) => `(au plus ${value})`, empty: "Rien n’est encore enregistré.",
  },
  devices: {
    count: (n: number) => devices(n), filters: "Filtres", columnsTitle: "Colonnes", export: "Enregistrer en CSV", exported: (n: string) => `${n} appareils enregistrés.`, profile: "Profil", seen: "Vu", tag: "Étiquette",
    any: "Tous", within: (time: string) => `depuis ${time}`, clear: "Vider les filtres", none: "Aucun appareil n’a encore été vu.", noneFits: "Aucun appareil ne correspond aux filtres.", showAll: "Montrer tous les appareils",
    openMac: (mac: string) => `Décider de ${mac} avant qu’il n’arrive`, notYet: "Vous pouvez décider de cet appareil avant qu’il n’arrive.",
    back: "Tous les appareils", left: (time: string) => `encore ${time}`, untagged: "sans VLAN", inVlan: (n: number) => `VLAN ${n}`, selectShown: "Choisir toutes les lignes déjà lues",
    selectOne: (name: string) => `Choisir ${name}`, rowLoads: (n: string) => `La ligne ${n} se charge`,
    states: { all: "Tous", online: "En ligne", admitted: "Admis", held: "En attente", blocked: "Bloqués", new: "Nouveaux" },
    columns: {
      name: "Nom", state: "État", vlan: "VLAN", own: "Adresse propre", outside: "Extérieure", profile: "Profil", seen: "Vu", traffic: "Trafic", mac: "MAC", vendor: "Fabricant", tags: "Étiquettes", first: "Vu d’abord",
    },
  },
  orders: {
    letIn: (time: string) => `Admettre ${time}`,
    approve: "Admettre…", extend: "Prolonger…", block: "Bloquer", rename: "Nommer…", hold: "Retenir", tags: "Étiquettes", profile: "Profil…", pin: "Garder l’adresse…", forget: "Oublier",
    approveTitle: (name: string) => `Admettre ${name}`, howLong: "Combien de temps", asProfile: "Comme son profil le dit", otherTime: "Autre durée", timeHint: "Par exemple 90m, 8h ou 7d.",
    withProfile: "Profil", byRules: "Comme les règles décident", reason: "Motif", reasonHint: "Facultatif. Il figure dans les événements et dans le journal.",
    blockTitle: (name: string) => `Bloquer ${name}`, blockText: "La passerelle ne répond plus à cet appareil et rejette tous ses paquets.", holdTitle: (name: string) => `Retenir ${name}`,
    holdText: "L’appareil n’obtient que la page du portail jusqu’à ce que vous l’admettiez.", nameTitle: (name: string) => `Nom de ${name}`, name: "Nom", nameHint: "Vide : l’appareil n’a pas de nom de vous.",
    pinTitle: (name: string) => `Adresse extérieure de ${name}`, address: "Adresse extérieure", pinHint: "Une adresse de la réserve gardée pour cet appareil. Vide : n’importe laquelle.",
    profileTitle: (name: string) => `Profil de ${name}`, profileHint: "Votre choix prime sur les règles.", tagsTitle: (name: string) => `Étiquettes de ${name}`, tagsHint: "Séparez les étiquettes par des virgules.",
    forgetTitle: (name: string) => `Oublier ${name} ?`, forgetText: "La passerelle oublie cet appareil et toute décision à son sujet. S’il revient, il est nouveau. Vous ne pouvez pas le défaire.",
    forgetWhat: "Supprimer", forgetRecord: "L’appareil et les décisions à son sujet", forgetAll: "Tout ce que la passerelle conserve à son sujet",
    eraseHint: "Les événements, les messages, les courbes, les baux et les champs du journal d’audit sont aussi supprimés. Le journal d’audit dit toujours qui a agi sur cette MAC, et le journal des correspondances reste.",
    erase: "Tout supprimer", erased: (name: string, stays: string) => `${name} est effacé. Restent : ${stays}.`,
    notErased: (parts: string) => `Tout n’est pas effacé : ${parts}. Réessayez.`,
    done: { approve: (name: string) => `${name} est admis.`, block: (name: string) => `${name} est bloqué.`, hold: (name: string) => `${name} est retenu.` },
    changed: (name: string) => `${name} est modifié.`, forgotten: (name: string) => `${name} est oublié.`, undone: "C’est défait.", notUndone: "Cela n’a pas pu être défait. Regardez l’appareil de nouveau.",
  },
  bulk: {
    label: "Appareils choisis", selected: (n: number) => plural(n, "choisi", "choisis"), all: (n: number) => `Les ${devices(n)} du filtre`, selectAll: (n: string) => `Choisir les ${n} du filtre`, clear: "Vider le choix",
    orders: { approve: "Admettre…", block: "Bloquer…", hold: "Retenir…", tag: "Étiqueter…", untag: "Ôter l’étiquette…", profile: "Profil…", forget: "Oublier…" },
    titles: { approve: "Admettre des appareils", block: "Bloquer des appareils", hold: "Retenir des appareils", tag: "Ajouter une étiquette", untag: "Ôter une étiquette", profile: "Choisir un profil", forget: "Oublier des appareils" },
    preview: {
      approve: (n: number) => `Cela admet ${devices(n)}.`, block: (n: number) => `Cela bloque ${devices(n)}.`, hold: (n: number) => `Cela retient ${devices(n)}.`, tag: (n: number) => `Cela étiquette ${devices(n)}.`,
      untag: (n: number) => `Cela ôte l’étiquette de ${devices(n)}.`, profile: (n: number) => `Cela fixe le profil de ${devices(n)}.`, forget: (n: number) => `Cela oublie ${devices(n)}. Vous ne pouvez pas le défaire.`,
    },
    done: {
      approve: (n: number) => `${plural(n, "appareil admis", "appareils admis")}.`, block: (n: number) => `${plural(n, "appareil bloqué", "appareils bloqués")}.`, hold: (n: number) => `${plural(n, "appareil retenu", "appareils retenus")}.`, tag: (n: number) => `${plural(n, "appareil étiqueté", "appareils étiquetés")}.`,
      untag: (n: number) => `Étiquette ôtée de ${devices(n)}.`, profile: (n: number) => `${plural(n, "appareil modifié", "appareils modifiés")}.`, forget: (n: number) => `${plural(n, "appareil oublié", "appareils oubliés")}.`,
    },
    andMore: (n: string) => `et ${n} de plus`, refused: (n: number) => `Refusé pour ${devices(n)}.`,
  },
  why: {
    title: "Pourquoi est-il en ligne, ou non ?", again: "Vérifier de nouveau", nothing: "Rien ici n’empêche l’appareil.", to: "Vers quel hôte ?", follow: "Suivre ses paquets",
    verdicts: { ok: "en ordre", warning: "avertissement", fault: "défaut", open: "inconnu" },
    steps: {
      access: "Côté appareils", frames: "Trames", "own-address": "Adresse propre", "its-gateway": "Sa passerelle", admission: "Admission", "outside-address": "Adresse ext.", ports: "Ports", profile: "Profil",
      uplink: "Internet", dns: "DNS", firewall: "Pare-feu", inbound: "De l’extérieur", drops: "Rejets",
    },
  },
  device: {
    fits: "Réglages qui conviendraient", fitsDhcp: (network: string, server: string) => `DHCP, ou une adresse de ${network} avec ${server} comme passerelle et serveur DNS`,
    addresses: "Adresses", noAddress: "Il n’utilise pas d’adresse à présent.", own: "Sa propre adresse", outside: "Adresse extérieure", noneFree: "Aucune n’est libre", shared: "Ports utilisés",
    sharedPorts: (address: string, tcp: string, udp: string) => `${tcp} TCP, ${udp} UDP de ${address}`, pinned: "Gardée pour lui", gateway: "Sa passerelle", unknown: "Encore inconnue",
    answered: (address: string) => `${address} : Innkeeper répond à sa place`, dnsServers: "Serveurs DNS qu’il interroge", dnsAnswered: (servers: string) => `${servers} : Innkeeper répond à leur place`,
    transferred: "Trafic", both: (received: string, sent: string) => `${received} reçus, ${sent} envoyés`, about: "Cet appareil", cause: "Pourquoi il n’a pas accès", decided: "Décision", until: "Jusqu’à", profile: "Profil", chosen: "choisi à la main",
    hostName: "Son nom d’hôte", vendor: "Fabricant", randomised: "MAC aléatoire : pas de fabricant, et elle peut changer", addressBy: "Adresse par", byDhcp: "DHCP", byItself: "ses propres réglages", lease: "Bail DHCP",
    firstSeen: "Vu d’abord", lastSeen: "Vu en dernier", never: "Jamais", traffic: "Trafic du dernier jour", inspect: "L’examiner", ping: "Ping", wake: "Le réveiller", woken: "Les trames de réveil (Wake-on-LAN) ont été envoyées.", capture: "Capturer 30 s",
    captureHint: "La capture est un fichier pcapng ; Wireshark l’ouvre.", arp: (time: string) => `réponse ARP après ${time}`, noArp: "pas de réponse ARP", echo: (time: string) => `réponse d’écho après ${time}`,
    noEcho: "pas de réponse d’écho", from: (address: string) => `demandé depuis ${address}`, decisions: "Décisions",
  },
  events: {
    none: "Il n’y a pas d’événement.", live: "En direct", earlier: "Montrer les précédents", text: "Texte", device: "Appareil", kind: "Genre", actor: "Par", severity: "Gravité", severities: { error: "Erreur", warning: "Avertissement", info: "Avis" },
    show: "Montrer", time: "Heure", what: "Événement",
  },
  audit: {
    intro: "Chaque changement par une personne, un jeton ou un utilisateur de la machine de la passerelle.", none: "Il n’y a pas d’entrée.", time: "Heure", who: "Qui", what: "Quoi", subject: "Appareil, utilisateur ou fichier", change: "Changement",
    from: (address: string) => `depuis ${address}`, kinds: { local_user: "utilisateur local", process: "passerelle", person: "personne", token: "jeton", unknown: "inconnu" },
  },
  mail: {
    mail: "Courriel", webhook: "Webhook", mailOff: "Éteint. Réglez [mail] pour recevoir des courriels.", webhookOff: "Éteint. Réglez [webhook] pour en utiliser un.", waiting: "En attente", sent: "Envoyés", dead: "Abandonnés",
    lastAnswer: "Dernière réponse", test: "Envoyer un courriel d’essai", tested: "Le serveur a accepté le courriel d’essai.", notTaken: "Le serveur n’a pas accepté le courriel d’essai.", outbox: "Boîte d’envoi", none: "Aucun message n’attend.", created: "Écrit", channel: "Voie", subject: "Objet", state: "État",
    states: { waiting: "Attend", dead: "Abandonné", sent: "Envoyé" }, tries: (n: number) => plural(n, "essai", "essais"), retry: "Envoyer maintenant", retried: "Le message est en cours d’envoi.", deleted: "Le message est supprimé.",
  },
  network: {
    stageTexts: {
      frames: "Une trame arrive d’un appareil, et la passerelle sert ce genre de trames.",
      decision: "Une source encore inconnue reçoit une adresse.",
      policy: "L’appareil est admis, et son profil permet la destination et le débit.",
      translation: "La source devient l’adresse extérieure, avec un port quand des appareils en partagent une.",
      "way-out": "Le paquet part par la liaison montante vers la passerelle du profil.",
      return: "Une réponse vient de la liaison montante et va à l’appareil.",
    },
    stages: { frames: "Arrivée", decision: "Décision", policy: "Permission", translation: "Traduction", "way-out": "Sortie", return: "Retour" }, stagesTitle: "Étapes du chemin", droppedHere: (n: number) => plural(n, "paquet rejeté", "paquets rejetés"), mac: "MAC", mtu: "MTU", role: "Côté", lan: "LAN", noCarrier: "Pas de câble", missing: "Absente", inside: "Réseau intérieur",
    way: "Le chemin des paquets", toInternet: "vers Internet", toDevices: "vers les appareils", packets: (n: string) => `${n} paquets/s`, bindings: (n: number) => plural(n, "adresse servie", "adresses servies"),
    dropped: (n: number) => plural(n, "paquet rejeté", "paquets rejetés"), oneArm: "Un bras : une interface", twoArms: "Deux bras", router: "Routeur", interfaces: "Interfaces réseau", access: "Appareils", uplink: "Liaison montante",
    address: "Adresse", none: "aucun", mode: "Mode", peer: "Autre passerelle", peerIs: (mac: string, serves: boolean) => `${mac} : ${serves ? "elle sert, celle-ci est en réserve" : "elle est en réserve, celle-ci sert"}`,
    dhcp: "DHCP", leased: (some: string, all: string, network: string) => `${some} sur ${all} louées dans ${network}`, memory: "Mémoire", firewall: (path: string, name: string) => `Un pare-feu de cette machine ferme ${path} sur ${name}. Ceci l’ouvre :`,
    gateways: "Passerelles", name: "Nom", interface: "Interface réseau", nextHop: "Routeur", state: "État", up: "Joignable", down: "En panne", unknown: "Inconnu", poolUsed: (some: string, all: string) => `${some} adresses utilisées sur ${all}`,
    poolRest: (ready: string, probing: string, quarantined: string) => `${ready} prêtes, ${probing} à l’essai, ${quarantined} utilisées par d’autres hôtes`, portsUsed: (share: string, n: string) => `${share} des ports attribués, ${n} connexions`,
    dns: "Serveurs DNS", server: "Serveur", latency: "Délai", timeouts: "Sans réponse", ofQueries: (some: string, all: string) => `${some} sur ${all}`, dnsQuestions: "Questions DNS par seconde", questions: "Demandes", cached: "Du cache", failed: "Échouées",
    dropRates: "Rejets par seconde", dropsPolicy: "Non permis", dropsInvalid: "Invalides", dropsLimits: "Limites", dropsFaults: "Pannes",
    counters: (n: number) => `${plural(n, "compteur", "compteurs")} du plan de commande`,
  },
  settings: {
    // Of the editor, by its own English words.
    phrases: {
      Find: "Chercher", Replace: "Remplacer", next: "suivant", previous: "précédent", all: "tous", "match case": "casse", regexp: "regex", "by word": "mots entiers", close: "fermer", replace: "remplacer", "replace all": "tout remplacer",
      Completions: "Propositions", Diagnostics: "Erreurs", "No diagnostics": "Pas d’erreur", "Go to line": "Aller à la ligne", go: "aller", "current match": "trouvaille actuelle", "on line": "à la ligne", "replaced $ matches": "$ trouvailles remplacées", "replaced match on line $": "trouvaille remplacée à la ligne $",
    },
    parts: { file: "Fichier", history: "Historique", profiles: "Profils et règles", values: "Valeurs en vigueur" }, editor: "Fichier de configuration", keys: "Ctrl+Espace complète, Ctrl+F cherche, Tab quitte l’éditeur.",
    checking: "Vérification…", errors: (n: number) => (n === 0 ? "Pas d’erreur" : plural(n, "erreur", "erreurs")), line: (line: number, column: number) => (line === 0 ? "Fichier" : `Ligne ${line}, colonne ${column}`),
    preview: "Aperçu et application…", discard: "Abandonner les changements", notWritable: "Vous pouvez voir le fichier ici, mais pas le changer.", notWritableText: "La passerelle n’a pas le droit d’écrire son fichier.",
    changedMeanwhile: "Le fichier a été changé entre-temps", changedMeanwhileText: "Ce que vous écrivez se fonde sur un texte plus ancien. Prenez le nouveau texte, ou copiez d’abord vos lignes.", takeNew: "Prendre le nouveau texte",
    applyTitle: "Ce que feraient ces réglages", apply: "Appliquer pour 60 s", comment: "Remarque", commentHint: "Facultative. Elle figure dans l’historique.", applied: "Les nouveaux réglages sont appliqués. Confirmez-les dans les 60 s.",
    trial: "Les nouveaux réglages valent tout de suite. Confirmez-les dans les 60 s ; sinon les précédents reviennent d’eux-mêmes, même si vous perdez le contact.", difference: "Différences", same: "Les textes sont identiques.",
    fromLine: (n: number) => `Ligne ${n}`, added: "Ajouté :", removed: "Ôté :", cut: (n: number) => `${devices(n)} en ligne ${n < 2 ? "perdrait" : "perdraient"} le service`, held: (n: number) => `${devices(n)} en ligne ${n < 2 ? "serait retenu" : "seraient retenus"}`,
    admitted: (n: number) => `${devices(n)} en attente ${n < 2 ? "serait admis" : "seraient admis"}`, noDevices: "L’accès d’aucun appareil ne change.", nothingChanges: "Aucun réglage ne change.", changes: (n: number) => `${plural(n, "réglage change", "réglages changent")} :`,
    noHistory: "Il n’y a pas encore d’historique.", number: "N°", time: "Depuis", by: "Par", byHand: "à la main", inForce: "en vigueur", outcome: "Issue",
    outcomes: { applied: "Appliqué", waiting: "À l’essai", confirmed: "Confirmé", undone: "Défait", failed: "Échoué", unused: "Non utilisé" }, compare: "Comparer…", compareNumber: (n: number) => `Réglages n° ${n}`, with: "Comparer avec",
    present: "le fichier actuel", numbered: (n: number) => `N° ${n}`, restore: "Reprendre dans l’éditeur", find: "Chercher un réglage", key: "Réglage", value: "Valeur", origin: "Source", notSet: "non réglé",
  },
  profiles: {
    title: "Profils", name: "Nom", devices: "Appareils", admission: "Nouveaux appareils", admissions: { auto: "sont admis", approve: "vous attendent", closed: "restent dehors" }, lifetime: (time: string) => `pour ${time}`, address: "Adresse extérieure",
    legals: { own: "propre, sinon partagée", shared: "partagée", "own-only": "propre seulement" }, limits: "Limites", unlimited: "sans limite de débit", addresses: (n: number) => plural(n, "adresse propre", "adresses propres"), reach: "Portée", isolated: "appareils séparés",
    together: "les appareils se joignent", inbound: "ouvert de l’extérieur", noInbound: "fermé de l’extérieur", denied: (list: string) => `pas vers ${list}`, allowed: (list: string) => `mais vers ${list}`, gateway: "Passerelle", rules: "Règles",
    noRules: "Il n’y a pas de règle. Chaque appareil a le profil default.", conditions: "Si", gives: "Profil", rulesHint: "La première règle qui convient décide. Changez profils et règles dans le fichier.",
  },
  machines: {
    intro: "Appareils que des hôtes extérieurs doivent joindre tout de suite, bien qu’ils ne parlent jamais en premier. Ils sont dans le fichier de configuration.", none: "Aucune machine. Ajoutez-en une ou importez une liste d’un tableur.",
    add: "Ajouter une machine", change: "Modifier…", import: "Importer un CSV…", export: "Exporter en CSV", name: "Nom", state: "État", mac: "Adresse MAC", vlan: "VLAN", address: "Adresse propre", outside: "Adresse extérieure", gateway: "Passerelle",
    description: "Description", device: "Appareil", lastSeen: "Vu pour la dernière fois", never: "jamais", any: "pas encore trouvé", done: "La passerelle prend la modification en compte.",
    states: { admitted: "admise", held: "en attente", blocked: "bloquée", new: "nouvelle", missing: "introuvable" },
    hints: {
      name: "Minuscules, chiffres et tirets ; c’est aussi le nom dans le DNS.", mac: "Vide : l’appareil qui se trouve dans le VLAN.", vlan: "Vide : sans VLAN.", address: "L’adresse réglée dans la machine.",
      outside: "Une adresse de la réserve. Vide : n’importe laquelle.", gateway: "La passerelle réglée dans la machine, si vous la connaissez.", description: "Vos propres mots.",
    },
    changeOf: (name: string) => `Modifier ${name}`, removeOf: (name: string) => `Retirer ${name} ?`, removeText: "L’appareil reste. Il devient un appareil comme les autres.",
    importOf: (count: number) => `Importer ${count} machines ?`, importFault: (columns: string) => `Ce n’est pas une liste de machines. La première ligne doit nommer les colonnes : ${columns}.`,
  },
  users: {
    disabled: "désactivé", disable: "Désactiver", enable: "Activer", disableOf: (name: string) => `Désactiver l’utilisateur ${name} ?`, enableOf: (name: string) => `Activer l’utilisateur ${name} ?`, disableText: "L’utilisateur est déconnecté partout et ne peut pas se connecter tant que vous ne le réactivez pas.", enableText: "L’utilisateur peut de nouveau se connecter.",
    users: "Utilisateurs", add: "Ajouter un utilisateur", name: "Nom", nameHint: "1 à 32 lettres, chiffres, points, traits d’union ou de soulignement.", role: "Rôle", created: "Créé", lastSignIn: "Dernière connexion", never: "jamais", you: "vous", changeRole: "Rôle…", setPassword: "Mot de passe…",
    roleOf: (name: string) => `Rôle de ${name}`, passwordOf: (name: string) => `Mot de passe de ${name}`, removeOf: (name: string) => `Supprimer l’utilisateur ${name} ?`, removeText: "L’utilisateur est déconnecté partout et ne peut plus se connecter.",
    added: (name: string) => `L’utilisateur ${name} est ajouté.`, changed: (name: string) => `L’utilisateur ${name} est modifié.`, removed: (name: string) => `${name} est supprimé.`, tokens: "Jetons d’API", addToken: "Créer un jeton", noTokens: "Il n’y a pas de jeton.", expires: "Expire",
    noEnd: "jamais", lastUse: "Dernier usage", removeTokenOf: (name: string) => `Supprimer le jeton ${name} ?`, removeTokenText: "Les programmes qui utilisent ce jeton n’ont plus accès.", valid: "Valable",
    times: { "30d": "30 jours", "90d": "90 jours", "365d": "1 an", never: "Sans fin" }, tokenMade: "Votre nouveau jeton", tokenOnce: "Copiez-le maintenant. Il ne sera plus montré.", copy: "Copier", copied: "Copié.", roles: "Ce que chaque rôle permet",
    roleTexts: {
      viewer: "Voit appareils, événements, réseau et profils. Ne change rien.", operator: "Pour l’accueil : voit ce que voit un observateur, admet des appareils pour un temps, les prolonge, les nomme et les bloque.",
      admin: "Tout : réglages, utilisateurs, jetons, courriel, journal, captures.",
    },
  },
  vouchers: {
    title: "Bons", create: "Créer des bons", find: "Chercher par bon, libellé ou profil", state: "État", none: "Il n’y a pas de tels bons.", voucher: "Bon", label: "Libellé", until: "Jusqu’à", uses: "Appareils…", extend: "Prolonger…", revoke: "Révoquer",
    more: (n: number) => `${plural(n, "autre bon", "autres bons")} ; précisez la recherche pour les voir.`,
    states: { unused: "Non utilisé", used: "En cours", over: "Expiré", revoked: "Révoqué", used_up: "Données épuisées", not_yet: "Pas encore valable" },
    count: "Combien", countHint: "De 1 à 1000.", time: "Valable dès la première utilisation", timeHint: "Par exemple 8h ou 7d. Vide : jusqu’à la date ci-dessous.", latest: "Valable jusqu’à", dateHint: "Par exemple 2026-12-05T11:00, à l’heure de la passerelle.",
    devicesEach: "Appareils par bon", data: "Données par bon", dataHint: "Par exemple 500M ou 2G. Vide : sans limite.", labelHint: "Facultatif : vos mots, par exemple l’événement.", network: "Nom du réseau",
    networkHint: "Facultatif : il figure sur la feuille.", paper: "Feuille à imprimer", noPaper: "Aucune", made: "Vos nouveaux codes", once: "Imprimez-les ou gardez-les maintenant. Ils ne seront plus affichés.", sheet: "Feuille à imprimer (HTML)",
    usesOf: (name: string) => `Appareils du bon ${name}`, extendOf: (name: string) => `Prolonger le bon ${name}`, longer: "Plus long de", longerHint: "Par exemple 2h ou 1d. Les appareils dont la durée est passée sont de nouveau acceptés.",
    extended: (name: string) => `Le bon ${name} est prolongé.`, revokeOf: (name: string) => `Révoquer le bon ${name} ?`, revokeText: "Son code n’est plus valable, et l’accès de ses appareils se termine aussitôt. C’est irréversible.", revoked: (name: string) => `Le bon ${name} est révoqué.`,
  },
  rooms: {
    title: "Chambres", set: "Occuper une chambre", none: "Il n’y a pas de chambres.", room: "Chambre", where: "Où le code est valable", checkOut: "Départ", open: "Occupée", over: "Terminée", change: "Modifier…", checkIn: "Arrivée…", end: "Départ",
    withTag: (tag: string) => `Étiquette ${tag}`, usesOf: (name: string) => `Appareils de la chambre ${name}`, setOf: (name: string) => `Chambre ${name}`, codeOf: (name: string) => `Code de la chambre ${name}`, nameHint: "Jusqu’à 32 lettres, chiffres, points, traits d’union ou tirets bas.",
    code: "Code", codeHint: "De 6 à 32 lettres et chiffres. Vide : un code est créé, ou le code actuel reste.", saved: (name: string) => `La chambre ${name} est occupée.`, endOf: (name: string) => `Terminer le séjour dans la chambre ${name} ?`,
    endText: "Son code n’est plus valable, et l’accès de ses appareils se termine aussitôt.", ended: (name: string) => `Le séjour dans la chambre ${name} est terminé.`,
  },
  api: {
    intro: "Tout ce que fait cette console, des programmes le font par l’API. Essayez ici une opération avec vos propres droits ; la commande curl fait de même avec un jeton.", document: "Document OpenAPI", find: "Chercher une opération", other: "Autres",
    anyone: "Tous", body: "Contenu (JSON)", send: "Envoyer", sendChange: "Envoyer : cela change quelque chose", changes: "C’est la vraie passerelle.", stream: "Cette opération répond par un flux ou un fichier. Utilisez la commande curl.",
    licences: "Licences des bibliothèques", noJson: "Le contenu n’est pas du JSON valable.", answer: (status: number) => `Réponse (${status})`,
  },
  drops,
};
