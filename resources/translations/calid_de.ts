<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source> fps</source>
        <translation> Bilder/s</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message numerus="yes">
        <source>%n damaged line(s) in the verdicts</source>
        <translation>
            <numerusform>%n beschädigte Zeile in den Urteilen</numerusform>
            <numerusform>%n beschädigte Zeilen in den Urteilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files and folders</source>
        <translation>
            <numerusform>%n Datei oder Ordner</numerusform>
            <numerusform>%n Dateien und Ordner</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later remark(s) replaced what stood here.</source>
        <translation>
            <numerusform>%n spätere Notiz hat ersetzt, was hier stand.</numerusform>
            <numerusform>%n spätere Notizen haben ersetzt, was hier stand.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later verdict(s) replaced what stood here.</source>
        <translation>
            <numerusform>%n späteres Urteil hat ersetzt, was hier galt.</numerusform>
            <numerusform>%n spätere Urteile haben ersetzt, was hier galt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n long-axis view(s) compared with linear interpolation; mean match {score:.2f}</source>
        <translation>
            <numerusform>%n Langachsenbild mit der linearen Interpolation verglichen; Übereinstimmung im Mittel {score:.2f}</numerusform>
            <numerusform>%n Langachsenbilder mit der linearen Interpolation verglichen; Übereinstimmung im Mittel {score:.2f}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n long-axis view(s) compared; nearer than linear on {better} of %n</source>
        <translation>
            <numerusform>%n Langachsenbild verglichen; besser als linear bei {better} von %n</numerusform>
            <numerusform>%n Langachsenbilder verglichen; besser als linear bei {better} von %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n made slice(s) stand(s) out from the neighbours</source>
        <translation>
            <numerusform>%n erzeugte Schicht fällt neben ihren Nachbarn auf</numerusform>
            <numerusform>%n erzeugte Schichten fallen neben ihren Nachbarn auf</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measurement(s)</source>
        <translation>
            <numerusform>%n Messung</numerusform>
            <numerusform>%n Messungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measurement(s) lie(s) on no slice or at no phase of it and was/were left out.</source>
        <translation>
            <numerusform>%n Messung liegt auf keiner Schicht oder in keiner Phase davon und wurde weggelassen.</numerusform>
            <numerusform>%n Messungen liegen auf keiner Schicht oder in keiner Phase davon und wurden weggelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of its runs was/were not made again; the verdicts on them are kept.</source>
        <translation>
            <numerusform>%n ihrer Läufe wurde nicht wiederholt; die Urteile dazu bleiben erhalten.</numerusform>
            <numerusform>%n ihrer Läufe wurden nicht wiederholt; die Urteile dazu bleiben erhalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n phase(s)</source>
        <translation>
            <numerusform>%n Phase</numerusform>
            <numerusform>%n Phasen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remark(s)</source>
        <translation>
            <numerusform>%n Notiz</numerusform>
            <numerusform>%n Notizen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remark(s) newer than what the file holds was/were kept.</source>
        <translation>
            <numerusform>%n Notiz, die neuer ist als die in der Datei, bleibt erhalten.</numerusform>
            <numerusform>%n Notizen, die neuer sind als die in der Datei, bleiben erhalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n series opened, with remarks on some files.</source>
        <translation>
            <numerusform>%n Serie geöffnet, mit Hinweisen zu einigen Dateien.</numerusform>
            <numerusform>%n Serien geöffnet, mit Hinweisen zu einigen Dateien.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s)</source>
        <translation>
            <numerusform>%n Schicht</numerusform>
            <numerusform>%n Schichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s) need(s) a closer look</source>
        <translation>
            <numerusform>%n Schicht genauer ansehen</numerusform>
            <numerusform>%n Schichten genauer ansehen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s) × {phases}</source>
        <translation>
            <numerusform>%n Sch. × {phases}</numerusform>
            <numerusform>%n Sch. × {phases}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n verdict(s)</source>
        <translation>
            <numerusform>%n Urteil</numerusform>
            <numerusform>%n Urteile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n verdict(s) newer than those in the file was/were kept.</source>
        <translation>
            <numerusform>%n Urteil, das neuer ist als das in der Datei, bleibt erhalten.</numerusform>
            <numerusform>%n Urteile, die neuer sind als die in der Datei, bleiben erhalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>%v of %m checked</source>
        <translation>%v von %m beurteilt</translation>
    </message>
    <message>
        <source>&amp;About CaLID</source>
        <translation>Ü&amp;ber CaLID</translation>
    </message>
    <message>
        <source>&amp;Accept slice, go on</source>
        <translation>Schicht &amp;akzeptieren, weiter</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Annotations</source>
        <translation>&amp;Beschriftung</translation>
    </message>
    <message>
        <source>&amp;Answer</source>
        <translation>&amp;Antwort</translation>
    </message>
    <message>
        <source>&amp;Box region</source>
        <translation>&amp;Rechteckige Region</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Centre</source>
        <translation>&amp;Zentrum</translation>
    </message>
    <message>
        <source>&amp;Cine</source>
        <translation>&amp;Cine</translation>
    </message>
    <message>
        <source>&amp;Close series</source>
        <translation>Serie s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Compare: next mode</source>
        <translation>&amp;Vergleich: nächste Art</translation>
    </message>
    <message>
        <source>&amp;Crosshair</source>
        <translation>Faden&amp;kreuz</translation>
    </message>
    <message>
        <source>&amp;Delete it</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Delete measurement</source>
        <translation>Messung &amp;löschen</translation>
    </message>
    <message>
        <source>&amp;Delete run shown</source>
        <translation>Angezeigten Lauf &amp;löschen</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Elliptic region</source>
        <translation>&amp;Elliptische Region</translation>
    </message>
    <message>
        <source>&amp;Faster</source>
        <translation>Sc&amp;hneller</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Flicker in place</source>
        <translation>&amp;Blinken am Ort</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>Vo&amp;llbild</translation>
    </message>
    <message>
        <source>&amp;Heart&apos;s own rate</source>
        <translation>&amp;Eigene Herzfrequenz</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Invertieren</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>&amp;Tasten und Maus</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>&amp;Link views</source>
        <translation>Ansichten ver&amp;knüpfen</translation>
    </message>
    <message>
        <source>&amp;Loop, ping-pong, once</source>
        <translation>Schleife, &amp;Pingpong, einmal</translation>
    </message>
    <message>
        <source>&amp;Measure distance</source>
        <translation>&amp;Distanz messen</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>&amp;Methode</translation>
    </message>
    <message>
        <source>&amp;Navigate</source>
        <translation>&amp;Navigation</translation>
    </message>
    <message>
        <source>&amp;Next unchecked slice</source>
        <translation>&amp;Nächste offene Schicht</translation>
    </message>
    <message>
        <source>&amp;Next viewport</source>
        <translation>Nächste Ansi&amp;cht</translation>
    </message>
    <message>
        <source>&amp;Opacity</source>
        <translation>&amp;Deckkraft</translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <translation>Dateien &amp;öffnen…</translation>
    </message>
    <message>
        <source>&amp;Open it</source>
        <translation>&amp;Öffnen</translation>
    </message>
    <message>
        <source>&amp;Pan</source>
        <translation>&amp;Verschieben</translation>
    </message>
    <message>
        <source>&amp;Play / pause</source>
        <translation>&amp;Abspielen / Pause</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>&amp;Vorgabe</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Reconstruct</source>
        <translation>&amp;Rekonstruktion</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Redo {step}</source>
        <translation>&amp;Wiederholen: {step}</translation>
    </message>
    <message>
        <source>&amp;Reject slice</source>
        <translation>Schicht a&amp;blehnen</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>&amp;Zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Save result…</source>
        <translation>&amp;Ergebnis speichern…</translation>
    </message>
    <message>
        <source>&amp;Seed</source>
        <translation>Startwe&amp;rt</translation>
    </message>
    <message>
        <source>&amp;Slower</source>
        <translation>&amp;Langsamer</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>&amp;Threshold</source>
        <translation>&amp;Schwelle</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;Tour of the window</source>
        <translation>&amp;Rundgang durch das Fenster</translation>
    </message>
    <message>
        <source>&amp;Uncertainty</source>
        <translation>&amp;Unsicherheit</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo {step}</source>
        <translation>&amp;Rückgängig: {step}</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>&amp;Weite</translation>
    </message>
    <message>
        <source>&amp;Window/level</source>
        <translation>&amp;Fensterung</translation>
    </message>
    <message>
        <source>&amp;Window/level at first</source>
        <translation>F&amp;ensterung zu Beginn</translation>
    </message>
    <message>
        <source>&amp;Window/level preset</source>
        <translation>Fenster&amp;vorgabe</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>(uncertain)</source>
        <translation>(unsicher)</translation>
    </message>
    <message>
        <source>, EDV {lowest:.0f} to {highest:.0f} ml</source>
        <translation>, EDV {lowest:.0f} bis {highest:.0f} ml</translation>
    </message>
    <message>
        <source>, EF {lowest:.0f} to {highest:.0f} %</source>
        <translation>, EF {lowest:.0f} bis {highest:.0f} %</translation>
    </message>
    <message>
        <source>, moved in plane</source>
        <translation>, in der Ebene verschoben</translation>
    </message>
    <message>
        <source>, resampled in time</source>
        <translation>, zeitlich umgetastet</translation>
    </message>
    <message>
        <source>1 to 99 %</source>
        <translation>1 bis 99 %</translation>
    </message>
    <message>
        <source>2 to 98 %</source>
        <translation>2 bis 98 %</translation>
    </message>
    <message>
        <source>3D display</source>
        <translation>3D-Darstellung</translation>
    </message>
    <message>
        <source>3D is being prepared…</source>
        <translation>3D wird vorbereitet…</translation>
    </message>
    <message>
        <source>3D needs OpenGL 3.2, which this machine does not offer; on Debian install libegl1 and libgl1-mesa-dri</source>
        <translation>3D benötigt OpenGL 3.2, das dieser Rechner nicht bietet; unter Debian libegl1 und libgl1-mesa-dri installieren</translation>
    </message>
    <message>
        <source>3D view</source>
        <translation>3D-Ansicht</translation>
    </message>
    <message>
        <source>3D waits for the job to end (no GPU)</source>
        <translation>3D wartet auf das Ende des Auftrags (keine GPU)</translation>
    </message>
    <message>
        <source>5 to 95 %</source>
        <translation>5 bis 95 %</translation>
    </message>
    <message>
        <source>90 % interval,
% of range</source>
        <comment>two short lines</comment>
        <translation>90-%-Intervall,
% des Bereichs</translation>
    </message>
    <message>
        <source>; ESV and EF need two phases</source>
        <translation>; ESV und EF brauchen zwei Phasen</translation>
    </message>
    <message>
        <source>; it is damaged or was not made by CaLID. Open another one, or the images themselves</source>
        <translation>; sie ist beschädigt oder stammt nicht von CaLID. Öffnen Sie eine andere oder die Bilder selbst</translation>
    </message>
    <message>
        <source>; steps {steps}, samples {samples}</source>
        <translation>; Schritte: {steps}, Stichproben: {samples}</translation>
    </message>
    <message>
        <source>&lt;h3&gt;CaLID {version}&lt;/h3&gt;&lt;p&gt;Fills the space between the slices of a sparse cardiac MR short-axis cine and shows which slices were acquired and which were not.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Research use only.&lt;/b&gt; Synthesised slices are inventions that fit their neighbours. They are not measurements and must not be used for diagnosis.&lt;/p&gt;&lt;p&gt;Program: Apache License 2.0. Weights of the networks: non-commercial research only, because they were trained on ACDC (CC BY-NC-SA 4.0).&lt;/p&gt;</source>
        <translation>&lt;h3&gt;CaLID {version}&lt;/h3&gt;&lt;p&gt;Füllt den Raum zwischen den Schichten eines kardialen MR-Kurzachsen-Cines und zeigt, welche Schichten aufgenommen wurden und welche nicht.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Nur für Forschungszwecke.&lt;/b&gt; Synthetisierte Schichten sind Erfindungen, die zu ihren Nachbarn passen. Sie sind keine Messungen und dürfen nicht zur Diagnose verwendet werden.&lt;/p&gt;&lt;p&gt;Programm: Apache License 2.0. Gewichte der Netze: nur für nichtkommerzielle Forschung, weil sie mit ACDC trainiert wurden (CC BY-NC-SA 4.0).&lt;/p&gt;</translation>
    </message>
    <message>
        <source>A acquired, I interpolated, S synthesised</source>
        <translation>A aufgenommen, I interpoliert, S synthetisiert</translation>
    </message>
    <message>
        <source>A computed beating heart; nothing has to be loaded (Ctrl+E)</source>
        <translation>Ein berechnetes schlagendes Herz; nichts muss geladen werden (Strg+E)</translation>
    </message>
    <message>
        <source>A new series is made; the acquired one stays as it is. Moved slices are interpolated and no longer bit-identical with what was acquired. The shifts are estimates and may be wrong.</source>
        <translation>Es entsteht eine neue Serie; die aufgenommene bleibt, wie sie ist. Verschobene Schichten sind interpoliert und nicht mehr bitgleich mit den aufgenommenen. Die Verschiebungen sind Schätzungen und können falsch sein.</translation>
    </message>
    <message>
        <source>A review was not saved when CaLID ended last.</source>
        <translation>Eine Begutachtung war nicht gespeichert, als CaLID zuletzt endete.</translation>
    </message>
    <message>
        <source>A run was made again, because {reason}.</source>
        <translation>Ein Lauf wurde wiederholt: {reason}.</translation>
    </message>
    <message>
        <source>A slice without a verdict stays to be checked</source>
        <translation>Eine Schicht ohne Urteil bleibt zu prüfen</translation>
    </message>
    <message>
        <source>A verdict needs a finished run or the acquired slices.</source>
        <translation>Ein Urteil braucht einen fertigen Lauf oder die aufgenommenen Schichten.</translation>
    </message>
    <message>
        <source>A&amp;ccept the whole</source>
        <translation>&amp;Ganze akzeptieren</translation>
    </message>
    <message>
        <source>ACQUIRED</source>
        <translation>AUFGENOMMEN</translation>
    </message>
    <message>
        <source>About the whole reconstruction</source>
        <translation>Zur ganzen Rekonstruktion</translation>
    </message>
    <message>
        <source>About {program}</source>
        <translation>Über {program}</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Akzeptieren</translation>
    </message>
    <message>
        <source>Acquired</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>Acquired long axis</source>
        <translation>Aufgenommene Langachse</translation>
    </message>
    <message>
        <source>Acquired long-axis cines against the reconstruction on their planes</source>
        <translation>Aufgenommene Langachsen-Cines gegen die Rekonstruktion in ihren Ebenen</translation>
    </message>
    <message>
        <source>Acquired slice {slice}</source>
        <translation>Aufgenommene Schicht {slice}</translation>
    </message>
    <message>
        <source>Acquired slice {slice}, interpolated in time at this phase</source>
        <translation>Aufgenommene Schicht {slice}, in dieser Phase zeitlich interpoliert</translation>
    </message>
    <message>
        <source>Acquired slice {slice}, moved in plane to align it</source>
        <translation>Aufgenommene Schicht {slice}, zum Ausrichten in der Ebene verschoben</translation>
    </message>
    <message>
        <source>Acquired slice, unchanged: check Leave one slice out, then compare Held out</source>
        <translation>Aufgenommene Schicht, unverändert: „Eine Schicht auslassen“ prüfen, dann „Ausgelassen“ vergleichen</translation>
    </message>
    <message>
        <source>Acquired slices</source>
        <translation>Aufgenommene Schichten</translation>
    </message>
    <message>
        <source>Acquired slices alone: {figures}</source>
        <translation>Nur aufgenommene Schichten: {figures}</translation>
    </message>
    <message>
        <source>Acquired slices differ from the input: {changed}. Do not use this run.</source>
        <translation>Aufgenommene Schichten weichen von der Eingabe ab: {changed}. Diesen Lauf nicht verwenden.</translation>
    </message>
    <message>
        <source>Acquired view against the reconstruction on its plane</source>
        <translation>Aufgenommenes Bild gegen die Rekonstruktion in seiner Ebene</translation>
    </message>
    <message>
        <source>Acquired, first run, second run, …</source>
        <translation>Aufgenommen, erster Lauf, zweiter Lauf, …</translation>
    </message>
    <message>
        <source>Acquired: {figures}</source>
        <translation>Aufgenommen: {figures}</translation>
    </message>
    <message>
        <source>Across the slices</source>
        <translation>Quer zu den Schichten</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Erneut</translation>
    </message>
    <message>
        <source>Align slices…</source>
        <translation>Schichten ausrichten…</translation>
    </message>
    <message>
        <source>Aligned</source>
        <translation>Ausgerichtet</translation>
    </message>
    <message>
        <source>Aligning slices</source>
        <translation>Schichten ausrichten</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>All {total} slices are checked.</source>
        <translation>Alle {total} Schichten sind geprüft.</translation>
    </message>
    <message>
        <source>Along the line</source>
        <translation>Entlang der Linie</translation>
    </message>
    <message>
        <source>Along the line over time (M-mode)</source>
        <translation>Entlang der Linie über die Zeit (M-Mode)</translation>
    </message>
    <message>
        <source>Along the line, over the heart beat (M-mode), or through the slices</source>
        <translation>Entlang der Linie, über den Herzschlag (M-Mode) oder durch die Schichten</translation>
    </message>
    <message>
        <source>Also a double click</source>
        <translation>Auch Doppelklick</translation>
    </message>
    <message>
        <source>Also the wheel</source>
        <translation>Auch das Mausrad</translation>
    </message>
    <message>
        <source>Alternate both in one place (F starts and stops, V goes on to the next mode)</source>
        <translation>Beide am selben Ort im Wechsel (F startet und stoppt, V geht zur nächsten Art)</translation>
    </message>
    <message>
        <source>Alternate two layers in one place; again stops</source>
        <translation>Zwei Fassungen am selben Ort im Wechsel; nochmals hält an</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Another seed gives another plausible answer.</source>
        <translation>Ein anderer Startwert gibt eine andere plausible Antwort.</translation>
    </message>
    <message>
        <source>Apex</source>
        <translation>Apex</translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation>Apple-GPU</translation>
    </message>
    <message>
        <source>Are the acquired slices untouched? Hide one, predict it, and see how wrong the answer is: each check is one click, and its scores colour the ladder. A click on a bad cell takes you there.</source>
        <translation>Sind die aufgenommenen Schichten unberührt? Eine verdecken, sie vorhersagen und sehen, wie falsch die Antwort ist: Jede Prüfung ist ein Klick, und ihre Werte färben die Schichtleiter. Ein Klick auf eine schlechte Zelle führt dorthin.</translation>
    </message>
    <message>
        <source>As fast as it beat</source>
        <translation>So schnell, wie es schlug</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>At</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Automatic (the heart)</source>
        <translation>Automatisch (das Herz)</translation>
    </message>
    <message>
        <source>Automatic contours behind the volumes, found where they are missing</source>
        <translation>Automatische Konturen hinter den Volumina; fehlende werden gesucht</translation>
    </message>
    <message>
        <source>Automatic contours that nobody has corrected</source>
        <translation>Automatische Konturen, von niemandem korrigiert</translation>
    </message>
    <message>
        <source>A{slice}, phase {phase}: error {error:.1f} %, SSIM {ssim:.2f}</source>
        <translation>A{slice}, Phase {phase}: Fehler {error:.1f} %, SSIM {ssim:.2f}</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back to the layout before</source>
        <translation>Zurück zur vorigen Aufteilung</translation>
    </message>
    <message>
        <source>Beside each other, with one window, zoom, slice and phase</source>
        <translation>Nebeneinander, mit gleicher Fensterung, Zoom, Schicht und Phase</translation>
    </message>
    <message>
        <source>Better than linear on {better} of {slices}; mean error {mean:.1f} % of the intensity range</source>
        <translation>Besser als linear bei {better} von {slices}; mittlerer Fehler {mean:.1f} % des Intensitätsbereichs</translation>
    </message>
    <message>
        <source>Blood (50 to 100 %)</source>
        <translation>Blut (50 bis 100 %)</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Bright edges (80 to 100 %)</source>
        <translation>Helle Ränder (80 bis 100 %)</translation>
    </message>
    <message>
        <source>Bring back a review with its runs, views and verdicts</source>
        <translation>Eine Begutachtung mit Läufen, Ansichten und Urteilen zurückholen</translation>
    </message>
    <message>
        <source>Bundled</source>
        <translation>Mitgeliefert</translation>
    </message>
    <message>
        <source>CUDA GPU</source>
        <translation>CUDA-GPU</translation>
    </message>
    <message>
        <source>CaLID (AI)</source>
        <translation>CaLID (KI)</translation>
    </message>
    <message>
        <source>CaLID session</source>
        <translation>CaLID-Sitzung</translation>
    </message>
    <message>
        <source>CaLID session with the pixels of made slices</source>
        <translation>CaLID-Sitzung mit den Pixeln erzeugter Schichten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>Auftrag abbrechen</translation>
    </message>
    <message>
        <source>Cancel the job (Esc)</source>
        <translation>Auftrag abbrechen (Esc)</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Wird abgebrochen</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>Change &amp;keys…</source>
        <translation>&amp;Tasten ändern…</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Tasten ändern</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern…</translation>
    </message>
    <message>
        <source>Change the reader&apos;s initials</source>
        <translation>Kürzel der begutachtenden Person ändern</translation>
    </message>
    <message>
        <source>Changes per second while flickering</source>
        <translation>Wechsel pro Sekunde beim Blinken</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Prüfe</translation>
    </message>
    <message>
        <source>Checking the run</source>
        <translation>Lauf prüfen</translation>
    </message>
    <message>
        <source>Checking: {check}</source>
        <translation>Prüfung: {check}</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Checks, pictures and verdicts as PDF, HTML or JSON</source>
        <translation>Prüfungen, Bilder und Urteile als PDF, HTML oder JSON</translation>
    </message>
    <message>
        <source>Choose &amp;folder…</source>
        <translation>&amp;Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose a tool and drag in a view. Each measurement says what it was made on.</source>
        <translation>Werkzeug wählen und in einer Ansicht ziehen. Jede Messung sagt, worauf sie gemacht wurde.</translation>
    </message>
    <message>
        <source>Choose f&amp;iles…</source>
        <translation>&amp;Dateien wählen…</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>Cine</translation>
    </message>
    <message>
        <source>Clear list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Click a measurement, or press Return, to go to where it was made and see its profile; {DELETE_MEASUREMENT} deletes it</source>
        <translation>Eine Messung anklicken oder die Eingabetaste drücken, um dorthin zu gehen, wo sie gemacht wurde, und ihr Profil zu sehen; {DELETE_MEASUREMENT} löscht sie</translation>
    </message>
    <message>
        <source>Click on the ladder</source>
        <translation>Klick auf die Schichtleiter</translation>
    </message>
    <message>
        <source>Click or drag to go to a phase</source>
        <translation>Klicken oder ziehen, um zu einer Phase zu gehen</translation>
    </message>
    <message>
        <source>Clipping box</source>
        <translation>Zuschnitt</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>Co&amp;mpare</source>
        <translation>Ver&amp;gleich</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compares every voxel of every acquired slice with the input</source>
        <translation>Vergleicht jedes Voxel jeder aufgenommenen Schicht mit der Eingabe</translation>
    </message>
    <message>
        <source>Computed on the acquired slices and the same for every run and view.</source>
        <translation>Auf den aufgenommenen Schichten berechnet und für alle Läufe und Ansichten gleich.</translation>
    </message>
    <message>
        <source>Cross&amp;hair</source>
        <translation>&amp;Fadenkreuz</translation>
    </message>
    <message>
        <source>Crosshair: {slice}</source>
        <translation>Fadenkreuz: {slice}</translation>
    </message>
    <message>
        <source>Ctrl + wheel, right-drag</source>
        <translation>Strg + Mausrad, rechts ziehen</translation>
    </message>
    <message>
        <source>Cubic</source>
        <translation>Kubisch</translation>
    </message>
    <message>
        <source>Cut through the crosshair</source>
        <translation>Schnitt durch das Fadenkreuz</translation>
    </message>
    <message>
        <source>DICOM folder</source>
        <translation>DICOM-Ordner</translation>
    </message>
    <message>
        <source>DICOM, NIfTI, NRRD or MetaImage (Ctrl+O)</source>
        <translation>DICOM, NIfTI, NRRD oder MetaImage (Strg+O)</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Dark tissue (0 to 75 %)</source>
        <translation>Dunkles Gewebe (0 bis 75 %)</translation>
    </message>
    <message>
        <source>Dark: small error, yellow: large.</source>
        <translation>Dunkel: kleiner Fehler, gelb: großer.</translation>
    </message>
    <message>
        <source>Dark: small error, yellow: large. • linear is better there.</source>
        <translation>Dunkel: kleiner Fehler, gelb: großer. • dort ist linear besser.</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Decided by {reader}.</source>
        <translation>Von {reader} entschieden.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation>Alle löschen</translation>
    </message>
    <message>
        <source>Delete every measurement of this series ({UNDO} brings them back)</source>
        <translation>Alle Messungen dieser Serie löschen ({UNDO} holt sie zurück)</translation>
    </message>
    <message>
        <source>Delete the run shown (Ctrl+Backspace)</source>
        <translation>Angezeigten Lauf löschen (Strg+Rücktaste)</translation>
    </message>
    <message>
        <source>Delete the selected measurement (Del)</source>
        <translation>Gewählte Messung löschen (Entf)</translation>
    </message>
    <message>
        <source>Denoising steps per sample: more is slower.</source>
        <translation>Entrauschungsschritte je Stichprobe: mehr ist langsamer.</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>Details…</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Distanz</translation>
    </message>
    <message>
        <source>Distance from the first slice, mm</source>
        <translation>Abstand von der ersten Schicht, mm</translation>
    </message>
    <message>
        <source>Distance to the nearest acquired slice</source>
        <translation>Abstand zur nächstgelegenen aufgenommenen Schicht</translation>
    </message>
    <message>
        <source>Do again what was taken back</source>
        <translation>Rückgängig Gemachtes wiederholen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Doubt by the checks: 1 or more needs attention. Run the checks to fill it</source>
        <translation>Zweifel laut Prüfungen: ab 1 Aufmerksamkeit nötig. Prüfungen starten, um die Spalte zu füllen</translation>
    </message>
    <message>
        <source>Drag a circle on a line</source>
        <translation>Kreis auf einer Linie ziehen</translation>
    </message>
    <message>
        <source>Drag the first leg, click the end of the second</source>
        <translation>Ersten Schenkel ziehen, Ende des zweiten anklicken</translation>
    </message>
    <message>
        <source>Drag the line of the slice</source>
        <translation>Linie der Schicht ziehen</translation>
    </message>
    <message>
        <source>Draw a profile line ({TOOL_PROFILE}) and select it</source>
        <translation>Eine Profillinie zeichnen ({TOOL_PROFILE}) und auswählen</translation>
    </message>
    <message>
        <source>Drop a DICOM folder, or a NIfTI, NRRD or MetaImage file, anywhere in this window.
What fits: a stack of parallel short-axis slices, 2 or more, with 1 or more cardiac phases.
Long-axis cines in the same folder are listed beside it.</source>
        <translation>Einen DICOM-Ordner oder eine NIfTI-, NRRD- oder MetaImage-Datei in dieses Fenster ziehen.
Geeignet: ein Stapel paralleler Kurzachsenschichten, mindestens 2, mit mindestens 1 Herzphase.
Langachsen-Cines im selben Ordner werden daneben aufgeführt.</translation>
    </message>
    <message>
        <source>EDV {edv:.0f} ml (phase {largest}), ESV {esv:.0f} ml (phase {smallest}), EF {ef:.0f} %</source>
        <translation>EDV {edv:.0f} ml (Phase {largest}), ESV {esv:.0f} ml (Phase {smallest}), EF {ef:.0f} %</translation>
    </message>
    <message>
        <source>EDV {edv:.0f}, ESV {esv:.0f} ml, EF {ef:.0f} %</source>
        <translation>EDV {edv:.0f}, ESV {esv:.0f} ml, EF {ef:.0f} %</translation>
    </message>
    <message>
        <source>EF {ef:.0f} %</source>
        <translation>EF {ef:.0f} %</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>End diastole</source>
        <translation>Enddiastole</translation>
    </message>
    <message>
        <source>End systole</source>
        <translation>Endsystole</translation>
    </message>
    <message>
        <source>End the tour; it stays in the Help menu</source>
        <translation>Rundgang beenden; er bleibt im Menü Hilfe</translation>
    </message>
    <message>
        <source>Enter shows a series, Delete takes it off the list</source>
        <translation>Enter zeigt eine Serie, Entf nimmt sie von der Liste</translation>
    </message>
    <message>
        <source>Errors by slice and phase</source>
        <translation>Fehler nach Schicht und Phase</translation>
    </message>
    <message>
        <source>Estimated: the smallest area of bright blood</source>
        <translation>Geschätzt: die kleinste Fläche hellen Blutes</translation>
    </message>
    <message>
        <source>Every acquired slice against what was made without it</source>
        <translation>Jede aufgenommene Schicht gegen das ohne sie Erzeugte</translation>
    </message>
    <message>
        <source>Every check of what is shown but Other seeds, which takes as long as the reconstruction again and again; in the background</source>
        <translation>Jede Prüfung des Gezeigten außer „Andere Startwerte“, die immer wieder so lange dauert wie die Rekonstruktion; im Hintergrund</translation>
    </message>
    <message>
        <source>Every frame</source>
        <translation>Jedes Bild</translation>
    </message>
    <message>
        <source>Every key in one sheet</source>
        <translation>Alle Tasten auf einem Blatt</translation>
    </message>
    <message>
        <source>Every series of a folder, with its sub-folders (Ctrl+Shift+O)</source>
        <translation>Alle Serien eines Ordners mit Unterordnern (Strg+Umschalt+O)</translation>
    </message>
    <message>
        <source>Every view says where its slice comes from. ACQUIRED, solid blue: measured by the scanner, returned bit by bit. SYNTHESISED, hatched orange: made by the model between two acquired slices.</source>
        <translation>Jede Ansicht sagt, woher ihre Schicht kommt. AUFGENOMMEN, blau gefüllt: vom Scanner gemessen, Bit für Bit zurückgegeben. SYNTHETISIERT, orange schraffiert: vom Modell zwischen zwei aufgenommenen Schichten erzeugt.</translation>
    </message>
    <message>
        <source>Everything is as it was.</source>
        <translation>Alles ist, wie es war.</translation>
    </message>
    <message>
        <source>Everything that was said while reading</source>
        <translation>Alle Hinweise vom Einlesen</translation>
    </message>
    <message>
        <source>Faster (.)</source>
        <translation>Schneller (.)</translation>
    </message>
    <message>
        <source>Feet</source>
        <translation>Unten (Füße)</translation>
    </message>
    <message>
        <source>Fidelity: the average answer</source>
        <translation>Treue: mittlere Antwort</translation>
    </message>
    <message>
        <source>Files are being saved: the window closes when they are. Close it again to give them up.</source>
        <translation>Dateien werden gespeichert: Das Fenster schließt sich danach. Noch einmal schließen, um sie aufzugeben.</translation>
    </message>
    <message>
        <source>Fill the space between the slices</source>
        <translation>Den Raum zwischen den Schichten füllen</translation>
    </message>
    <message>
        <source>Fill the space between the slices; what is shown stays usable meanwhile (Ctrl+R)</source>
        <translation>Den Raum zwischen den Schichten füllen; die Anzeige bleibt dabei benutzbar (Strg+R)</translation>
    </message>
    <message>
        <source>Fills the space between the slices. Realism gives one sharp sample, for looking; fidelity the average answer, for intensities. It runs in the background: keep reading, or cancel with {CANCEL}.</source>
        <translation>Füllt den Raum zwischen den Schichten. Realismus gibt eine scharfe Stichprobe, zum Ansehen; Treue die mittlere Antwort, für Intensitäten. Es läuft im Hintergrund: weiterarbeiten oder mit {CANCEL} abbrechen.</translation>
    </message>
    <message>
        <source>Find an action or a key</source>
        <translation>Aktion oder Taste suchen</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>First of the two (left)</source>
        <translation>Erste der beiden (links)</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>Erste Schicht</translation>
    </message>
    <message>
        <source>Fit and automatic window; measurements stay</source>
        <translation>Einpassen und automatisches Fenster; Messungen bleiben</translation>
    </message>
    <message>
        <source>Flicker</source>
        <translation>Blinken</translation>
    </message>
    <message>
        <source>Flicker comparison changes at most three times a second.</source>
        <translation>Der Blinkvergleich wechselt höchstens dreimal pro Sekunde.</translation>
    </message>
    <message>
        <source>Flicker held-out slices against the truth</source>
        <translation>Ausgelassene gegen Wahrheit blinken</translation>
    </message>
    <message>
        <source>Flicker rate</source>
        <translation>Blinkfrequenz</translation>
    </message>
    <message>
        <source>Flicker {view}</source>
        <translation>{view} blinken</translation>
    </message>
    <message>
        <source>Flicker, swipe, side by side, difference, and back</source>
        <translation>Blinken, Wischen, Nebeneinander, Differenz und zurück</translation>
    </message>
    <message>
        <source>From (mm)</source>
        <translation>Aus (mm)</translation>
    </message>
    <message>
        <source>From the file</source>
        <translation>Aus der Datei</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>Vorn</translation>
    </message>
    <message>
        <source>GIF, all slices</source>
        <translation>GIF, alle Schichten</translation>
    </message>
    <message>
        <source>GIF, what is shown</source>
        <translation>GIF, wie angezeigt</translation>
    </message>
    <message>
        <source>Give any action another key</source>
        <translation>Jeder Aktion eine andere Taste geben</translation>
    </message>
    <message>
        <source>Give every action its first key back</source>
        <translation>Jeder Aktion ihre erste Taste zurückgeben</translation>
    </message>
    <message>
        <source>Give series, images, inspector, cine or tools the keys</source>
        <translation>Die Tasten an Serien, Bilder, Inspektor, Cine oder Werkzeuge geben</translation>
    </message>
    <message>
        <source>Give the next viewport the keys</source>
        <translation>Die Tasten an die nächste Ansicht geben</translation>
    </message>
    <message>
        <source>Give the selected action its first key back</source>
        <translation>Der gewählten Aktion ihre erste Taste zurückgeben</translation>
    </message>
    <message>
        <source>Give the selected action the key in the field; an empty field takes its key away</source>
        <translation>Der gewählten Aktion die Taste im Feld geben; ein leeres Feld nimmt ihr die Taste</translation>
    </message>
    <message>
        <source>Go to another slice</source>
        <translation>Zu einer anderen Schicht gehen</translation>
    </message>
    <message>
        <source>Go to that slice</source>
        <translation>Zu dieser Schicht gehen</translation>
    </message>
    <message>
        <source>Go to the slice with the worst score that has no verdict yet</source>
        <translation>Zur Schicht mit dem schlechtesten Score ohne Urteil gehen</translation>
    </message>
    <message>
        <source>Grey value shown as medium grey</source>
        <translation>Grauwert, der mittelgrau erscheint</translation>
    </message>
    <message>
        <source>Half-width of the 90 % interval in colour: where to look, never a certificate</source>
        <translation>Halbe Breite des 90-%-Intervalls in Farbe: wo hinzusehen ist, nie ein Zertifikat</translation>
    </message>
    <message>
        <source>Hatched: not acquired.</source>
        <translation>Schraffiert: nicht aufgenommen.</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>Herz</translation>
    </message>
    <message>
        <source>Held out: {label}</source>
        <translation>Ausgelassen: {label}</translation>
    </message>
    <message>
        <source>Held out: {name}</source>
        <translation>Ausgelassen: {name}</translation>
    </message>
    <message>
        <source>Hide series and inspector, for more room to compare</source>
        <translation>Serien und Inspektor ausblenden, für mehr Platz beim Vergleich</translation>
    </message>
    <message>
        <source>Hides every inner acquired slice in turn and makes it again: the only slices with a truth. Pessimistic, because the gap doubles</source>
        <translation>Verdeckt jede innere aufgenommene Schicht nacheinander und erzeugt sie neu: die einzigen Schichten mit einer Wahrheit. Pessimistisch, weil sich die Lücke verdoppelt</translation>
    </message>
    <message>
        <source>How the missing slices are made. The interpolations are for comparison.</source>
        <translation>Wie die fehlenden Schichten entstehen. Die Interpolationen dienen dem Vergleich.</translation>
    </message>
    <message>
        <source>How well every made slice agrees with the slices around it; needs no truth</source>
        <translation>Wie gut jede erzeugte Schicht zu den Schichten um sie herum passt; braucht keine Wahrheit</translation>
    </message>
    <message>
        <source>INTERPOLATED</source>
        <translation>INTERPOLIERT</translation>
    </message>
    <message>
        <source>INTERPOLATED IN TIME</source>
        <translation>ZEITLICH INTERPOLIERT</translation>
    </message>
    <message>
        <source>Imag&amp;es only</source>
        <translation>&amp;Nur Bilder</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Images of the session</source>
        <translation>Bilder der Sitzung</translation>
    </message>
    <message>
        <source>Images stay on black in every theme.</source>
        <translation>Bilder bleiben in jedem Farbschema auf Schwarz.</translation>
    </message>
    <message>
        <source>In another file, with pixels if wanted</source>
        <translation>In einer anderen Datei, auf Wunsch mit Pixeln</translation>
    </message>
    <message>
        <source>In-plane shifts of acquired slices</source>
        <translation>Verschiebungen in der Ebene</translation>
    </message>
    <message>
        <source>Initials of the reader</source>
        <translation>Kürzel der begutachtenden Person</translation>
    </message>
    <message>
        <source>Initials written beside your verdicts (Ctrl+Shift+I)</source>
        <translation>Kürzel neben Ihren Urteilen (Strg+Umschalt+I)</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Input check:</source>
        <translation>Eingabeprüfung:</translation>
    </message>
    <message numerus="yes">
        <source>Input check: %n remarks.</source>
        <translation>
            <numerusform>Eingabeprüfung: %n Hinweis.</numerusform>
            <numerusform>Eingabeprüfung: %n Hinweise.</numerusform>
        </translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Intensity along a line, also over time (M-mode)</source>
        <translation>Intensität entlang einer Linie, auch über die Zeit (M-Mode)</translation>
    </message>
    <message>
        <source>Interpolate between pixels on screen</source>
        <translation>Zwischen Pixeln auf dem Bildschirm interpolieren</translation>
    </message>
    <message>
        <source>Interpolated slice {slice}</source>
        <translation>Interpolierte Schicht {slice}</translation>
    </message>
    <message>
        <source>It needs {label}: {extent} of {rows} × {columns}. Choose where they are now; their content is compared.</source>
        <translation>Sie braucht {label}: {extent} zu {rows} × {columns}. Wählen Sie, wo die Bilder jetzt liegen; ihr Inhalt wird verglichen.</translation>
    </message>
    <message>
        <source>It was saved by {other}; what you decide is signed {reader}.</source>
        <translation>Gespeichert wurde sie von {other}; was Sie entscheiden, wird mit {reader} unterzeichnet.</translation>
    </message>
    <message>
        <source>Judged: {name}</source>
        <translation>Beurteilt: {name}</translation>
    </message>
    <message>
        <source>Keep everything</source>
        <translation>Alles behalten</translation>
    </message>
    <message>
        <source>Keep phases as indexed</source>
        <translation>Phasen nach Index belassen</translation>
    </message>
    <message>
        <source>Keep the measurements</source>
        <translation>Messungen sichern</translation>
    </message>
    <message>
        <source>Kept on this computer. Every change holds at once; another language when CaLID starts next.</source>
        <translation>Bleibt auf diesem Rechner. Änderungen gelten sofort, die Sprache ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Kind of profile</source>
        <translation>Art des Profils</translation>
    </message>
    <message>
        <source>LV volume</source>
        <translation>LV-Volumen</translation>
    </message>
    <message>
        <source>LV {area:.0f} mm² (automatic)</source>
        <translation>LV {area:.0f} mm² (automatisch)</translation>
    </message>
    <message>
        <source>LV {volume:.0f} ml</source>
        <translation>LV {volume:.0f} ml</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Large short axis, three small views</source>
        <translation>Große Kurzachse, drei kleine Ansichten</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Am größten</translation>
    </message>
    <message>
        <source>Largest estimated shift: {largest:.1f} mm. No slice is clearly off.</source>
        <translation>Größte geschätzte Verschiebung: {largest:.1f} mm. Keine Schicht liegt deutlich daneben.</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>Letzte Schicht</translation>
    </message>
    <message>
        <source>Layout &amp;1</source>
        <translation>Aufteilung &amp;1</translation>
    </message>
    <message>
        <source>Layout 1 + 3</source>
        <translation>Aufteilung 1 + 3</translation>
    </message>
    <message>
        <source>Layout 1 × &amp;2</source>
        <translation>Aufteilung 1 × &amp;2</translation>
    </message>
    <message>
        <source>Layout 2 × 2</source>
        <translation>Aufteilung 2 × 2</translation>
    </message>
    <message>
        <source>Leave (Esc)</source>
        <translation>Verlassen (Esc)</translation>
    </message>
    <message>
        <source>Leave one slice out</source>
        <translation>Eine Schicht auslassen</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Left front</source>
        <translation>Links vorn</translation>
    </message>
    <message>
        <source>Left-drag</source>
        <translation>Links ziehen</translation>
    </message>
    <message>
        <source>Left-drag changes contrast and brightness</source>
        <translation>Links ziehen ändert Kontrast und Helligkeit</translation>
    </message>
    <message>
        <source>Left-drag magnifies; also right-drag and Ctrl+wheel</source>
        <translation>Links ziehen vergrößert; auch rechts ziehen und Strg+Mausrad</translation>
    </message>
    <message>
        <source>Left-drag measures a distance in mm</source>
        <translation>Links ziehen misst eine Distanz in mm</translation>
    </message>
    <message>
        <source>Left-drag moves the image; also middle-drag</source>
        <translation>Links ziehen verschiebt das Bild; auch mit der mittleren Taste</translation>
    </message>
    <message>
        <source>Left-drag moves the position</source>
        <translation>Links ziehen bewegt die Position</translation>
    </message>
    <message>
        <source>Left-ventricular &amp;volume</source>
        <translation>Linksventrikuläres V&amp;olumen</translation>
    </message>
    <message>
        <source>Left-ventricular c&amp;ontours</source>
        <translation>Linksventrikuläre K&amp;onturen</translation>
    </message>
    <message>
        <source>Left-ventricular volume at every phase by automatic contours, of the acquired slices alone and of the reconstruction; drawn above the phases below</source>
        <translation>Linksventrikuläres Volumen in jeder Phase nach automatischen Konturen, nur aus den aufgenommenen Schichten und aus der Rekonstruktion; gezeichnet über den Phasen unten</translation>
    </message>
    <message>
        <source>Left-ventricular volume over the heart cycle</source>
        <translation>Linksventrikuläres Volumen über den Herzzyklus</translation>
    </message>
    <message>
        <source>Letting go returns</source>
        <translation>Loslassen führt zurück</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Linear interpolation, {extent}; mean error {mean:.1f} % of the intensity range</source>
        <translation>Lineare Interpolation, {extent}; mittlerer Fehler {mean:.1f} % des Intensitätsbereichs</translation>
    </message>
    <message>
        <source>Loading model</source>
        <translation>Lade Modell</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Lädt …</translation>
    </message>
    <message>
        <source>Long axis</source>
        <translation>Langachse</translation>
    </message>
    <message>
        <source>Long axis along the columns</source>
        <translation>Langachse entlang der Spalten</translation>
    </message>
    <message>
        <source>Long axis along the rows</source>
        <translation>Langachse entlang der Zeilen</translation>
    </message>
    <message>
        <source>Long-axis check</source>
        <translation>Langachsenprüfung</translation>
    </message>
    <message>
        <source>Long-axis check:</source>
        <translation>Langachsenprüfung:</translation>
    </message>
    <message>
        <source>Long-axis series</source>
        <translation>Langachsenserie</translation>
    </message>
    <message>
        <source>Long-axis view {number}</source>
        <translation>Langachsenansicht {number}</translation>
    </message>
    <message>
        <source>Long-axis views</source>
        <translation>Langachsenbilder</translation>
    </message>
    <message>
        <source>Look at these slices first</source>
        <translation>Diese Schichten zuerst ansehen</translation>
    </message>
    <message>
        <source>Look from</source>
        <translation>Blick von</translation>
    </message>
    <message>
        <source>Looking for images</source>
        <translation>Bilder suchen</translation>
    </message>
    <message>
        <source>Looking for the LV …</source>
        <translation>LV wird gesucht …</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>Schleife</translation>
    </message>
    <message>
        <source>MOVED</source>
        <translation>VERSCHOBEN</translation>
    </message>
    <message>
        <source>MP4, all slices</source>
        <translation>MP4, alle Schichten</translation>
    </message>
    <message>
        <source>MP4, what is shown</source>
        <translation>MP4, wie angezeigt</translation>
    </message>
    <message>
        <source>Ma&amp;ximise viewport</source>
        <translation>Ansicht ma&amp;ximieren</translation>
    </message>
    <message>
        <source>Make aligned series</source>
        <translation>Ausgerichtete Serie erzeugen</translation>
    </message>
    <message>
        <source>Makes a new series with the slices moved; the acquired one stays as it is</source>
        <translation>Erzeugt eine neue Serie mit verschobenen Schichten; die aufgenommene bleibt, wie sie ist</translation>
    </message>
    <message>
        <source>Making the sample</source>
        <translation>Beispiel erzeugen</translation>
    </message>
    <message>
        <source>Match of linear: {score:.2f}</source>
        <translation>Übereinstimmung linear: {score:.2f}</translation>
    </message>
    <message>
        <source>Match of {label}: {score:.2f}</source>
        <translation>Übereinstimmung {label}: {score:.2f}</translation>
    </message>
    <message>
        <source>Maximise the viewport, and back</source>
        <translation>Ansicht maximieren und zurück</translation>
    </message>
    <message>
        <source>Mean, SD and area of a rectangle</source>
        <translation>Mittelwert, SD und Fläche eines Rechtecks</translation>
    </message>
    <message>
        <source>Mean, SD and area of an ellipse</source>
        <translation>Mittelwert, SD und Fläche einer Ellipse</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measure an&amp;gle</source>
        <translation>&amp;Winkel messen</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Messungen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Method and start; the runs made so far</source>
        <translation>Methode und Start; bisherige Läufe</translation>
    </message>
    <message>
        <source>Middle-drag</source>
        <translation>Mitte ziehen</translation>
    </message>
    <message>
        <source>Model {digest}</source>
        <translation>Modell {digest}</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message numerus="yes">
        <source>Move %n slice(s) back by the estimated shift?</source>
        <translation>
            <numerusform>%n Schicht um die geschätzte Verschiebung zurückschieben?</numerusform>
            <numerusform>%n Schichten um die geschätzte Verschiebung zurückschieben?</numerusform>
        </translation>
    </message>
    <message>
        <source>Moved in plane by {down:.1f} mm along rows and {across:.1f} mm along columns</source>
        <translation>In der Ebene um {down:.1f} mm entlang der Zeilen und {across:.1f} mm entlang der Spalten verschoben</translation>
    </message>
    <message>
        <source>Muscle (10 to 90 %)</source>
        <translation>Muskel (10 bis 90 %)</translation>
    </message>
    <message>
        <source>N writes one</source>
        <translation>N schreibt eine</translation>
    </message>
    <message>
        <source>NIfTI, compressed</source>
        <translation>NIfTI, komprimiert</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>Nächstgelegene Schicht</translation>
    </message>
    <message>
        <source>Nearest acquired slice (hold)</source>
        <translation>Nächstgelegene aufgenommene Schicht (halten)</translation>
    </message>
    <message>
        <source>Needs a short-axis series</source>
        <translation>Braucht eine Kurzachsenserie</translation>
    </message>
    <message>
        <source>Needs three slices</source>
        <translation>Braucht drei Schichten</translation>
    </message>
    <message>
        <source>Never skip a phase, even if that is slower</source>
        <translation>Nie eine Phase auslassen, auch wenn es langsamer ist</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Next &amp;part of the window</source>
        <translation>Nächster &amp;Teil des Fensters</translation>
    </message>
    <message>
        <source>Next acquired slice</source>
        <translation>Nächste aufgenommene Schicht</translation>
    </message>
    <message>
        <source>Next higher speed</source>
        <translation>Nächsthöhere Geschwindigkeit</translation>
    </message>
    <message>
        <source>Next lower speed</source>
        <translation>Nächstniedrigere Geschwindigkeit</translation>
    </message>
    <message>
        <source>Next phase</source>
        <translation>Nächste Phase</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Nächste Schicht</translation>
    </message>
    <message>
        <source>Next unchecked (J)</source>
        <translation>Nächste offene (J)</translation>
    </message>
    <message>
        <source>No 3D view</source>
        <translation>Keine 3D-Ansicht</translation>
    </message>
    <message>
        <source>No cine or image stack was found.</source>
        <translation>Kein Cine oder Bildstapel gefunden.</translation>
    </message>
    <message>
        <source>No cut</source>
        <translation>Kein Schnitt</translation>
    </message>
    <message>
        <source>No long-axis series is open</source>
        <translation>Keine Langachsenserie ist offen</translation>
    </message>
    <message>
        <source>No made slice stands out from its neighbours</source>
        <translation>Keine erzeugte Schicht fällt neben ihren Nachbarn auf</translation>
    </message>
    <message>
        <source>No names, no patient data</source>
        <translation>Keine Namen, keine Patientendaten</translation>
    </message>
    <message>
        <source>No truth at this slice: no difference</source>
        <translation>Keine Wahrheit an dieser Schicht: keine Differenz</translation>
    </message>
    <message>
        <source>No verdict was given, because another run or series is shown now.</source>
        <translation>Es wurde kein Urteil gegeben, weil jetzt ein anderer Lauf oder eine andere Serie gezeigt wird.</translation>
    </message>
    <message>
        <source>No verdict yet</source>
        <translation>Noch kein Urteil</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not ready yet</source>
        <translation>Noch nicht fertig</translation>
    </message>
    <message>
        <source>Not ready: acquired slices only</source>
        <translation>Nicht fertig: nur aufgenommene Schichten</translation>
    </message>
    <message>
        <source>Nothing about the acquired slices needs attention</source>
        <translation>An den aufgenommenen Schichten fällt nichts auf</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>Nichts ist offen</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Nichts ist offen.</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Noch nichts geöffnet</translation>
    </message>
    <message>
        <source>Nothing remarkable was found</source>
        <translation>Nichts Auffälliges gefunden</translation>
    </message>
    <message>
        <source>Nothing to check yet: open a series and reconstruct it.</source>
        <translation>Noch nichts zu beurteilen: eine Serie öffnen und rekonstruieren.</translation>
    </message>
    <message>
        <source>Nothing to review yet</source>
        <translation>Noch nichts zu beurteilen</translation>
    </message>
    <message>
        <source>ORIGIN NOT KNOWN YET</source>
        <translation>HERKUNFT NOCH NICHT BEKANNT</translation>
    </message>
    <message>
        <source>Of menus, panels and messages. Exports and reports stay in English.</source>
        <translation>Von Menüs, Feldern und Meldungen. Exporte und Berichte bleiben englisch.</translation>
    </message>
    <message>
        <source>Of panels, menus and dialogs. Texts over images follow the scaling of the screen.</source>
        <translation>Von Feldern, Menüs und Dialogen. Texte über Bildern folgen der Skalierung des Bildschirms.</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>Einmal</translation>
    </message>
    <message>
        <source>Once a reconstruction (Ctrl+R) is made, every slice waits here for your verdict.</source>
        <translation>Sobald eine Rekonstruktion (Strg+R) fertig ist, wartet hier jede Schicht auf Ihr Urteil.</translation>
    </message>
    <message>
        <source>One A4 page to print</source>
        <translation>Eine A4-Seite zum Drucken</translation>
    </message>
    <message>
        <source>One left, one right of a divider that can be dragged</source>
        <translation>Eine links, eine rechts einer verschiebbaren Trennlinie</translation>
    </message>
    <message>
        <source>One rung per slice, from base to apex: A acquired, S synthesised. Click a rung to go there. Hold {ACQUIRED_NEAREST} to see the nearest acquired slice; let go to come back.</source>
        <translation>Eine Sprosse je Schicht, von der Basis zum Apex: A aufgenommen, S synthetisiert. Ein Klick führt dorthin. {ACQUIRED_NEAREST} gedrückt halten zeigt die nächstgelegene aufgenommene Schicht; Loslassen führt zurück.</translation>
    </message>
    <message>
        <source>One slice: there is nothing to fill.</source>
        <translation>Eine Schicht: Es gibt nichts zu füllen.</translation>
    </message>
    <message>
        <source>Only CaLID&apos;s realism depends on the seed</source>
        <translation>Nur der Realismus von CaLID hängt vom Startwert ab</translation>
    </message>
    <message>
        <source>Opacity of the overlay</source>
        <translation>Deckkraft der Überlagerung</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>O&amp;rdner öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open a series first</source>
        <translation>Zuerst eine Serie öffnen</translation>
    </message>
    <message>
        <source>Open a series first.</source>
        <translation>Zuerst eine Serie öffnen.</translation>
    </message>
    <message>
        <source>Open a series. The acquired slices and every run are then listed here.</source>
        <translation>Eine Serie öffnen. Die aufgenommenen Schichten und jeder Lauf stehen dann hier.</translation>
    </message>
    <message>
        <source>Open a series: every slice is listed here with where it comes from.</source>
        <translation>Eine Serie öffnen: Jede Schicht steht dann hier mit ihrer Herkunft.</translation>
    </message>
    <message>
        <source>Open a short-axis cine</source>
        <translation>Ein Kurzachsen-Cine öffnen</translation>
    </message>
    <message>
        <source>Open every series of a folder</source>
        <translation>Alle Serien eines Ordners öffnen</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open image files</source>
        <translation>Bilddateien öffnen</translation>
    </message>
    <message>
        <source>Open images</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>Open it: its verdicts, measurements and runs are joined with yours. Then save again, or save under another name.</source>
        <translation>Öffnen Sie die Datei: Ihre Urteile, Messungen und Läufe kommen zu denen hier hinzu. Speichern Sie dann noch einmal, oder unter einem anderen Namen.</translation>
    </message>
    <message>
        <source>Open sa&amp;mple</source>
        <translation>Beispiel ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Open sess&amp;ion…</source>
        <translation>S&amp;itzung öffnen…</translation>
    </message>
    <message>
        <source>Open session</source>
        <translation>Sitzung öffnen</translation>
    </message>
    <message>
        <source>Open the bundled beating phantom</source>
        <translation>Das mitgelieferte schlagende Phantom öffnen</translation>
    </message>
    <message>
        <source>Opening a run of the session</source>
        <translation>Lauf der Sitzung öffnen</translation>
    </message>
    <message>
        <source>Opening series</source>
        <translation>Beim Öffnen</translation>
    </message>
    <message>
        <source>Opening the images of the session</source>
        <translation>Bilder der Sitzung öffnen</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>{name} öffnen</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Other seeds</source>
        <translation>Andere Startwerte</translation>
    </message>
    <message>
        <source>Over {seeds} seeds: EF {low:.0f} to {high:.0f} %</source>
        <translation>Über {seeds} Startwerte: EF {low:.0f} bis {high:.0f} %</translation>
    </message>
    <message>
        <source>P&amp;rofile line</source>
        <translation>&amp;Profillinie</translation>
    </message>
    <message>
        <source>PDF document</source>
        <translation>PDF-Dokument</translation>
    </message>
    <message>
        <source>PDF, HTML and JSON with checks, verdicts and pictures (Ctrl+Shift+R)</source>
        <translation>PDF, HTML und JSON mit Prüfungen, Urteilen und Bildern (Strg+Umschalt+R)</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG-Bild</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Pass-through</source>
        <translation>Aufgenommene unverändert</translation>
    </message>
    <message>
        <source>Permission was denied: {reason}. Choose another file or folder.</source>
        <translation>Zugriff verweigert: {reason}. Eine andere Datei oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Phase after the R wave</source>
        <translation>Phase nach der R-Zacke</translation>
    </message>
    <message>
        <source>Phase ruler</source>
        <translation>Phasenlineal</translation>
    </message>
    <message>
        <source>Phase {phase} · long-axis phase {own}</source>
        <translation>Phase {phase} · Langachsenphase {own}</translation>
    </message>
    <message>
        <source>Phase {phase}/{phases}</source>
        <translation>Phase {phase}/{phases}</translation>
    </message>
    <message>
        <source>Phases of the heart cycle at their trigger times: click or drag to go there</source>
        <translation>Phasen des Herzzyklus zu ihren Triggerzeiten: klicken oder ziehen, um dorthin zu gehen</translation>
    </message>
    <message>
        <source>Ping-pong</source>
        <translation>Pingpong</translation>
    </message>
    <message>
        <source>Pitch, thickness, number of slices, intensity, shifts between slices, resemblance to training data</source>
        <translation>Schichtabstand, Schichtdicke, Zahl der Schichten, Intensität, Verschiebungen zwischen Schichten, Ähnlichkeit mit den Trainingsdaten</translation>
    </message>
    <message>
        <source>Plausibility of made slices</source>
        <translation>Plausibilität erzeugter Schichten</translation>
    </message>
    <message>
        <source>Play / pause (Space)</source>
        <translation>Abspielen / Pause (Leertaste)</translation>
    </message>
    <message>
        <source>Play / pause (anywhere)</source>
        <translation>Abspielen / Pause (überall)</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Vorbereitung</translation>
    </message>
    <message>
        <source>Preparing 3D</source>
        <translation>3D vorbereiten</translation>
    </message>
    <message>
        <source>Press the new key here</source>
        <translation>Neue Taste hier drücken</translation>
    </message>
    <message>
        <source>Previous acquired slice</source>
        <translation>Vorige aufgenommene Schicht</translation>
    </message>
    <message>
        <source>Previous phase</source>
        <translation>Vorige Phase</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Vorige Schicht</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Put the review away: runs, views and verdicts</source>
        <translation>Die Begutachtung ablegen: Läufe, Ansichten und Urteile</translation>
    </message>
    <message>
        <source>RESLICED</source>
        <translation>REFORMATIERT</translation>
    </message>
    <message>
        <source>Ran on {device} in {time}</source>
        <translation>Lief auf {device} in {time}</translation>
    </message>
    <message>
        <source>Range of grey values from black to white</source>
        <translation>Grauwertbereich von Schwarz bis Weiß</translation>
    </message>
    <message>
        <source>Re&amp;ject the whole</source>
        <translation>Ganze ab&amp;lehnen</translation>
    </message>
    <message>
        <source>Re&amp;mark…</source>
        <translation>No&amp;tiz…</translation>
    </message>
    <message>
        <source>Reader&apos;s &amp;initials…</source>
        <translation>Kürz&amp;el…</translation>
    </message>
    <message>
        <source>Reader: {reader}</source>
        <translation>Kürzel: {reader}</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Reading images</source>
        <translation>Bilder lesen</translation>
    </message>
    <message>
        <source>Reading was cancelled.</source>
        <translation>Das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Real time</source>
        <translation>Echtzeit</translation>
    </message>
    <message>
        <source>Real time keeps the clock and may skip phases; every frame shows all of them</source>
        <translation>Echtzeit hält die Uhr ein und darf Phasen auslassen; Jedes Bild zeigt alle</translation>
    </message>
    <message>
        <source>Realism: one plausible answer, sharp, for looking. Fidelity: the mean of all likely ones, for intensities and how they change from phase to phase. Which is better for volumes and EF is not settled.</source>
        <translation>Realismus: eine plausible Antwort, scharf, zum Ansehen. Treue: das Mittel aller wahrscheinlichen, für Intensitäten und wie sie sich von Phase zu Phase ändern. Was für Volumina und EF besser ist, ist nicht entschieden.</translation>
    </message>
    <message>
        <source>Realism: one sharp sample</source>
        <translation>Realismus: scharfe Stichprobe</translation>
    </message>
    <message>
        <source>Reconstruct</source>
        <translation>Rekonstruieren</translation>
    </message>
    <message>
        <source>Reconstruct first</source>
        <translation>Zuerst rekonstruieren</translation>
    </message>
    <message>
        <source>Reconstructed: {label}, {slices} slices {pitch:.2f} mm apart</source>
        <translation>Rekonstruiert: {label}, {slices} Schichten im Abstand von {pitch:.2f} mm</translation>
    </message>
    <message>
        <source>Reconstructing: {method}</source>
        <translation>Rekonstruktion: {method}</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>Bewegung verringern</translation>
    </message>
    <message>
        <source>Reformat</source>
        <translation>MPR</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Reject the whole reconstruction (Shift+Backspace)</source>
        <translation>Die ganze Rekonstruktion ablehnen (Umschalt+Rücktaste)</translation>
    </message>
    <message>
        <source>Rejected. {ACCEPT} goes on, {REMARK} says why.</source>
        <translation>Abgelehnt. {ACCEPT} führt weiter, {REMARK} sagt, warum.</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Remark on the w&amp;hole…</source>
        <translation>Notiz &amp;zum Ganzen…</translation>
    </message>
    <message>
        <source>Remark on {name}</source>
        <translation>Notiz zu {name}</translation>
    </message>
    <message>
        <source>Remark on {name} of {layer}</source>
        <translation>Notiz zu {name} von {layer}</translation>
    </message>
    <message>
        <source>Repeats the reconstruction with two other seeds</source>
        <translation>Wiederholt die Rekonstruktion mit zwei anderen Startwerten</translation>
    </message>
    <message>
        <source>Report as HTML</source>
        <translation>Bericht als HTML</translation>
    </message>
    <message>
        <source>Report as JSON</source>
        <translation>Bericht als JSON</translation>
    </message>
    <message>
        <source>Report as PDF</source>
        <translation>Bericht als PDF</translation>
    </message>
    <message>
        <source>Research use only
not for diagnosis</source>
        <translation>Nur für die Forschung
nicht zur Diagnose</translation>
    </message>
    <message>
        <source>Research use only — AI-synthesised slices — not for diagnosis</source>
        <translation>Nur für die Forschung — KI-synthetisierte Schichten — nicht zur Diagnose</translation>
    </message>
    <message>
        <source>Research use only — not for diagnosis</source>
        <translation>Nur für die Forschung — nicht zur Diagnose</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset 3D view</source>
        <translation>3D-Ansicht zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Resume review</source>
        <translation>Begutachtung fortsetzen</translation>
    </message>
    <message>
        <source>Return keeps · Esc leaves</source>
        <translation>Return behält · Esc verlässt</translation>
    </message>
    <message>
        <source>Revie&amp;w</source>
        <translation>&amp;Urteil</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Run</source>
        <comment>verb</comment>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Erneut starten</translation>
    </message>
    <message>
        <source>Run all checks</source>
        <translation>Alle Prüfungen starten</translation>
    </message>
    <message>
        <source>Run check: {check}</source>
        <translation>Prüfung starten: {check}</translation>
    </message>
    <message>
        <source>Run the cine</source>
        <translation>Das Cine abspielen</translation>
    </message>
    <message>
        <source>Run the cine, wherever the focus is</source>
        <translation>Das Cine abspielen, wo auch immer der Fokus ist</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>Läuft…</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>S&amp;mooth pixels</source>
        <translation>Pixel &amp;glätten</translation>
    </message>
    <message>
        <source>S&amp;pacing</source>
        <translation>A&amp;bstand</translation>
    </message>
    <message>
        <source>S&amp;teps</source>
        <translation>Sch&amp;ritte</translation>
    </message>
    <message>
        <source>SYNTHESISED</source>
        <translation>SYNTHETISIERT</translation>
    </message>
    <message>
        <source>Sample: computed phantom</source>
        <translation>Beispiel: berechnetes Phantom</translation>
    </message>
    <message>
        <source>Save a picture of the window</source>
        <translation>Ein Bild des Fensters speichern</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Als PDF speichern…</translation>
    </message>
    <message>
        <source>Save mo&amp;vie…</source>
        <translation>&amp;Video speichern…</translation>
    </message>
    <message>
        <source>Save movie</source>
        <translation>Video speichern</translation>
    </message>
    <message>
        <source>Save re&amp;port…</source>
        <translation>Berich&amp;t speichern…</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>Bericht speichern…</translation>
    </message>
    <message>
        <source>Save result</source>
        <translation>Ergebnis speichern</translation>
    </message>
    <message>
        <source>Save screensho&amp;t…</source>
        <translation>Bildschirmfot&amp;o speichern…</translation>
    </message>
    <message>
        <source>Save screenshot</source>
        <translation>Bildschirmfoto speichern</translation>
    </message>
    <message>
        <source>Save sessio&amp;n</source>
        <translation>Sitzung &amp;speichern</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>Sitzung speichern</translation>
    </message>
    <message>
        <source>Save session &amp;as…</source>
        <translation>Sitzung speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Save the cine, every phase</source>
        <translation>Das Cine speichern, alle Phasen</translation>
    </message>
    <message>
        <source>Save the run shown (Ctrl+S)</source>
        <translation>Angezeigten Lauf speichern (Strg+S)</translation>
    </message>
    <message>
        <source>Save the run shown, with its provenance</source>
        <translation>Angezeigten Lauf mit seiner Herkunft speichern</translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation>Blatt speichern</translation>
    </message>
    <message>
        <source>Save the verdict</source>
        <translation>Urteil speichern</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>{name} gespeichert</translation>
    </message>
    <message>
        <source>Saving DICOM</source>
        <translation>DICOM speichern</translation>
    </message>
    <message>
        <source>Saving {name}</source>
        <translation>{name} speichern</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Scores of the checks</source>
        <translation>Scores der Prüfungen</translation>
    </message>
    <message>
        <source>Second of the two (right)</source>
        <translation>Zweite der beiden (rechts)</translation>
    </message>
    <message>
        <source>Select a row to go to that slice</source>
        <translation>Zeile auswählen, um zu dieser Schicht zu gehen</translation>
    </message>
    <message>
        <source>Select a row to go to that slice; {ACCEPT} accepts, {REJECT} rejects, {REMARK} remarks</source>
        <translation>Eine Zeile auswählen, um zu dieser Schicht zu gehen; {ACCEPT} akzeptiert, {REJECT} lehnt ab, {REMARK} fügt eine Notiz hinzu</translation>
    </message>
    <message>
        <source>Select a row to show it. Tick up to three rows to compare them side by side (V).</source>
        <translation>Zeile auswählen, um sie anzuzeigen. Bis zu drei Zeilen ankreuzen, um sie nebeneinander zu vergleichen (V).</translation>
    </message>
    <message>
        <source>Select a slice to go there</source>
        <translation>Schicht auswählen, um dorthin zu gehen</translation>
    </message>
    <message>
        <source>Series</source>
        <comment>list</comment>
        <translation>Serien</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Serie</translation>
    </message>
    <message>
        <source>Set the initials</source>
        <translation>Kürzel setzen</translation>
    </message>
    <message>
        <source>Share zoom and pan</source>
        <translation>Zoom und Verschiebung teilen</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Umschalt + Mausrad</translation>
    </message>
    <message>
        <source>Shifted slices</source>
        <translation>Verschobene Schichten</translation>
    </message>
    <message>
        <source>Short and long axis</source>
        <translation>Kurz- und Langachse</translation>
    </message>
    <message>
        <source>Short axis</source>
        <translation>Kurzachse</translation>
    </message>
    <message>
        <source>Short axis alone</source>
        <translation>Kurzachse allein</translation>
    </message>
    <message>
        <source>Short axis, two long axes, 3D</source>
        <translation>Kurzachse, zwei Langachsen, 3D</translation>
    </message>
    <message>
        <source>Short-axis view</source>
        <translation>Kurzachsenansicht</translation>
    </message>
    <message>
        <source>Show &amp;every frame</source>
        <translation>&amp;Jedes Bild zeigen</translation>
    </message>
    <message>
        <source>Show &amp;next run</source>
        <translation>&amp;Nächsten Lauf zeigen</translation>
    </message>
    <message>
        <source>Show &amp;previous run</source>
        <translation>&amp;Vorigen Lauf zeigen</translation>
    </message>
    <message>
        <source>Show dark as bright</source>
        <translation>Dunkel als hell zeigen</translation>
    </message>
    <message>
        <source>Show the &amp;log</source>
        <translation>&amp;Protokoll zeigen</translation>
    </message>
    <message>
        <source>Show the position in every view</source>
        <translation>Die Position in jeder Ansicht zeigen</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Signed difference from the acquired slice; only where there is one</source>
        <translation>Vorzeichenbehaftete Differenz zur aufgenommenen Schicht; nur wo es eine gibt</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Slice ladder</source>
        <translation>Schichtleiter</translation>
    </message>
    <message>
        <source>Slice {slice}/{slices}</source>
        <translation>Schicht {slice}/{slices}</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Slices and their verdicts</source>
        <translation>Schichten und ihre Urteile</translation>
    </message>
    <message>
        <source>Slices and where they come from</source>
        <translation>Schichten und ihre Herkunft</translation>
    </message>
    <message>
        <source>Slices checked</source>
        <translation>Beurteilte Schichten</translation>
    </message>
    <message>
        <source>Slices of one stack that were triggered differently are resampled in time to common phases when a series is opened, and marked. With this choice every frame stays as acquired, at its index.</source>
        <translation>Anders getriggerte Schichten eines Stapels werden beim Öffnen zeitlich auf gemeinsame Phasen umgetastet und gekennzeichnet. Mit dieser Wahl bleibt jedes Bild wie aufgenommen an seinem Index.</translation>
    </message>
    <message>
        <source>Slices to look at first</source>
        <translation>Zuerst anzusehende Schichten</translation>
    </message>
    <message>
        <source>Slower (,)</source>
        <translation>Langsamer (,)</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Smallest value drawn</source>
        <translation>Kleinster gezeichneter Wert</translation>
    </message>
    <message>
        <source>Something needs a closer look</source>
        <translation>Etwas sollte genauer angesehen werden</translation>
    </message>
    <message>
        <source>Something went wrong that CaLID did not expect ({kind}). Your data were not changed, and you can go on working. The log says where it happened.</source>
        <translation>Etwas ging schief, womit CaLID nicht gerechnet hat ({kind}). Ihre Daten wurden nicht verändert, Sie können weiterarbeiten. Das Protokoll sagt, wo es geschah.</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>Etwas ging schief.</translation>
    </message>
    <message>
        <source>Start or stop flickering (F)</source>
        <translation>Blinken starten oder anhalten (F)</translation>
    </message>
    <message>
        <source>Still shown: {picture}</source>
        <translation>Noch zu sehen: {picture}</translation>
    </message>
    <message>
        <source>Stop the checks that run (Esc); what was found is kept</source>
        <translation>Laufende Prüfungen anhalten (Esc); Gefundenes bleibt erhalten</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>Den laufenden Auftrag anhalten</translation>
    </message>
    <message>
        <source>Stop the running job (Esc)</source>
        <translation>Den laufenden Auftrag anhalten (Esc)</translation>
    </message>
    <message>
        <source>Swipe</source>
        <translation>Wischen</translation>
    </message>
    <message>
        <source>Synthesised slice {slice}</source>
        <translation>Synthetisierte Schicht {slice}</translation>
    </message>
    <message>
        <source>Synthesising</source>
        <translation>Synthetisiere</translation>
    </message>
    <message>
        <source>Take back the last verdict or deletion</source>
        <translation>Letztes Urteil oder letzte Löschung zurücknehmen</translation>
    </message>
    <message>
        <source>Take it off the history</source>
        <translation>Aus dem Verlauf nehmen</translation>
    </message>
    <message>
        <source>Take it over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Take the other half</source>
        <translation>Die andere Hälfte nehmen</translation>
    </message>
    <message>
        <source>Take the series off the list</source>
        <translation>Die Serie von der Liste nehmen</translation>
    </message>
    <message>
        <source>Take the tour (90 s)</source>
        <translation>Rundgang (90 s)</translation>
    </message>
    <message>
        <source>Te&amp;xt size</source>
        <translation>Sc&amp;hriftgröße</translation>
    </message>
    <message>
        <source>Text over the images; A/S badges stay</source>
        <translation>Text über den Bildern; A/S-Marken bleiben</translation>
    </message>
    <message>
        <source>That is all</source>
        <translation>Das ist alles</translation>
    </message>
    <message>
        <source>The action will have no key.</source>
        <translation>Die Aktion wird keine Taste haben.</translation>
    </message>
    <message>
        <source>The active tool; window/level at first</source>
        <translation>Das aktive Werkzeug; anfangs Fensterung</translation>
    </message>
    <message>
        <source>The card before (Left)</source>
        <translation>Vorige Karte (Links)</translation>
    </message>
    <message>
        <source>The images of this session are not where they were.</source>
        <translation>Die Bilder dieser Sitzung sind nicht, wo sie waren.</translation>
    </message>
    <message>
        <source>The ladder of slices</source>
        <translation>Die Schichtleiter</translation>
    </message>
    <message>
        <source>The layer shown has no uncertainty. Every reconstruction by CaLID has one.</source>
        <translation>Das Angezeigte hat keine Unsicherheit. Jede Rekonstruktion von CaLID hat eine.</translation>
    </message>
    <message>
        <source>The measurements of {series} could not be kept. Show that series and save the session, or close the series again to give them up.</source>
        <translation>Die Messungen von {series} konnten nicht festgehalten werden. Zeigen Sie diese Serie und speichern Sie die Sitzung, oder schließen Sie die Serie noch einmal, um sie aufzugeben.</translation>
    </message>
    <message>
        <source>The most doubtful slice without a verdict</source>
        <translation>Die zweifelhafteste Schicht ohne Urteil</translation>
    </message>
    <message>
        <source>The next card (Right or Return)</source>
        <translation>Nächste Karte (Rechts oder Return)</translation>
    </message>
    <message>
        <source>The one selected in the Measure tab</source>
        <translation>Die im Reiter Messen gewählte</translation>
    </message>
    <message>
        <source>The remark being written could not be kept. Return in its line tries again; Esc there, or closing the window again, gives it up.</source>
        <translation>Die Notiz, die gerade geschrieben wird, konnte nicht festgehalten werden. Die Eingabetaste in ihrer Zeile versucht es noch einmal; Esc dort oder erneutes Schließen des Fensters gibt sie auf.</translation>
    </message>
    <message>
        <source>The remark being written could not be kept: what was saved now does not hold it.</source>
        <translation>Die Notiz, die gerade geschrieben wird, konnte nicht festgehalten werden: Was jetzt gespeichert wurde, enthält sie nicht.</translation>
    </message>
    <message>
        <source>The remark was kept on a run that is not shown.</source>
        <translation>Die Notiz wurde an einem Lauf aufbewahrt, der nicht gezeigt wird.</translation>
    </message>
    <message>
        <source>The series stays open, because the remark being written about it could not be kept. Esc in its line gives it up.</source>
        <translation>Die Serie bleibt offen, weil die Notiz, die zu ihr geschrieben wird, nicht festgehalten werden konnte. Esc in ihrer Zeile gibt sie auf.</translation>
    </message>
    <message>
        <source>The session file of {series} still holds what you took away. Show that series and save the session, or close the series again to leave the file as it is.</source>
        <translation>Die Sitzungsdatei von {series} enthält noch, was Sie entfernt haben. Zeigen Sie diese Serie und speichern Sie die Sitzung, oder schließen Sie die Serie noch einmal, um die Datei zu lassen, wie sie ist.</translation>
    </message>
    <message>
        <source>The session file of {series} still holds what you took away. Show that series and save the session, or close the window again to leave the file as it is.</source>
        <translation>Die Sitzungsdatei von {series} enthält noch, was Sie entfernt haben. Zeigen Sie diese Serie und speichern Sie die Sitzung, oder schließen Sie das Fenster noch einmal, um die Datei zu lassen, wie sie ist.</translation>
    </message>
    <message>
        <source>The session was opened, with remarks.</source>
        <translation>Die Sitzung wurde mit Hinweisen geöffnet.</translation>
    </message>
    <message>
        <source>The session&apos;s runs are made again; their verdicts come back with them.</source>
        <translation>Die Läufe der Sitzung werden neu gerechnet; ihre Urteile kommen mit ihnen zurück.</translation>
    </message>
    <message>
        <source>The sheet was not saved.</source>
        <translation>Die Übersicht wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The system reported: {reason}.</source>
        <translation>Das System meldete: {reason}.</translation>
    </message>
    <message>
        <source>The verdict was changed on a run that is not shown.</source>
        <translation>Das Urteil wurde an einem Lauf geändert, der nicht gezeigt wird.</translation>
    </message>
    <message>
        <source>Theme, language, text size, motion, defaults</source>
        <translation>Farbschema, Sprache, Schriftgröße, Bewegung, Vorgaben</translation>
    </message>
    <message>
        <source>Then the most doubtful slice without a verdict is shown</source>
        <translation>Danach erscheint die zweifelhafteste Schicht ohne Urteil</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other series or choose a wider slice spacing.</source>
        <translation>Der Speicher reicht nicht. Andere Serien schließen oder einen größeren Schichtabstand wählen.</translation>
    </message>
    <message>
        <source>They are kept on this computer and written beside each of your verdicts, with the time.</source>
        <translation>Es bleibt auf diesem Rechner und steht mit dem Zeitpunkt neben jedem Ihrer Urteile.</translation>
    </message>
    <message>
        <source>This series could not be read.</source>
        <translation>Diese Serie konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>This slice is not to be believed</source>
        <translation>Dieser Schicht ist nicht zu trauen</translation>
    </message>
    <message>
        <source>This slice was not left out: no difference</source>
        <translation>Diese Schicht wurde nicht ausgelassen: keine Differenz</translation>
    </message>
    <message>
        <source>Through the slices at the crosshair</source>
        <translation>Durch die Schichten am Fadenkreuz</translation>
    </message>
    <message>
        <source>Through the slices over time</source>
        <translation>Durch die Schichten über die Zeit</translation>
    </message>
    <message>
        <source>Tick to compare side by side (V)</source>
        <translation>Ankreuzen zum Vergleich nebeneinander (V)</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>Triggered differently: phases {listed} are interpolated in time</source>
        <translation>Anders getriggert: Phasen {listed} sind zeitlich interpoliert</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>Beispiel ansehen</translation>
    </message>
    <message>
        <source>Turn the long axes</source>
        <translation>Die Längsachsen drehen</translation>
    </message>
    <message>
        <source>Two directions that never mix</source>
        <translation>Zwei Richtungen, die sich nie mischen</translation>
    </message>
    <message>
        <source>Typical reasons</source>
        <translation>Typische Gründe</translation>
    </message>
    <message>
        <source>Uncertainty overlay</source>
        <translation>Unsicherheit als Überlagerung</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>Den ganzen Bildschirm nutzen</translation>
    </message>
    <message>
        <source>Use this key</source>
        <translation>Diese Taste verwenden</translation>
    </message>
    <message>
        <source>Ventricular volume</source>
        <translation>Ventrikelvolumen</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Verdict on the whole reconstruction</source>
        <translation>Urteil über die ganze Rekonstruktion</translation>
    </message>
    <message>
        <source>Verdict on the whole reconstruction (Shift+Return)</source>
        <translation>Urteil über die ganze Rekonstruktion (Umschalt+Return)</translation>
    </message>
    <message>
        <source>Verdict on this slice</source>
        <translation>Urteil über diese Schicht</translation>
    </message>
    <message>
        <source>Verdicts</source>
        <translation>Urteile</translation>
    </message>
    <message>
        <source>Verdicts and measurements of {series} could not be kept. Show that series and save the session, or close the window again to give them up.</source>
        <translation>Urteile und Messungen von {series} konnten nicht festgehalten werden. Zeigen Sie diese Serie und speichern Sie die Sitzung, oder schließen Sie das Fenster noch einmal, um sie aufzugeben.</translation>
    </message>
    <message>
        <source>Verdicts go to {name}</source>
        <translation>Urteile gelten für {name}</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>Volume and slices</source>
        <translation>Volumen und Schichten</translation>
    </message>
    <message>
        <source>Volume over the heart cycle by automatic contours, above the phases</source>
        <translation>Volumen über den Herzzyklus nach automatischen Konturen, über den Phasen</translation>
    </message>
    <message>
        <source>Waits for the reconstruction</source>
        <translation>Wartet auf die Rekonstruktion</translation>
    </message>
    <message>
        <source>Wanted distance between slices, centre to centre.</source>
        <translation>Gewünschter Schichtabstand, Mitte zu Mitte.</translation>
    </message>
    <message>
        <source>Wanted phases per second</source>
        <translation>Gewünschte Phasen pro Sekunde</translation>
    </message>
    <message>
        <source>Wanted phases per second; the heart&apos;s own rate at first</source>
        <translation>Gewünschte Phasen pro Sekunde; anfangs die Frequenz des Herzens</translation>
    </message>
    <message>
        <source>What happens at the last phase</source>
        <translation>Was bei der letzten Phase geschieht</translation>
    </message>
    <message>
        <source>What happens at the last phase (Shift+C)</source>
        <translation>Was bei der letzten Phase geschieht (Umschalt+C)</translation>
    </message>
    <message>
        <source>What is drawn in 3D and how it is clipped.
Drag: turn · middle or Shift-drag: shift · right-drag or Ctrl+wheel: zoom</source>
        <translation>Was in 3D gezeichnet und wie es beschnitten wird.
Ziehen: drehen · Mitte oder Umschalt-Ziehen: verschieben · rechts ziehen oder Strg+Mausrad: zoomen</translation>
    </message>
    <message>
        <source>What is open now could not be kept for the next start.</source>
        <translation>Was jetzt offen ist, konnte nicht für den nächsten Start aufbewahrt werden.</translation>
    </message>
    <message>
        <source>What is real, and what is not</source>
        <translation>Was echt ist und was nicht</translation>
    </message>
    <message>
        <source>What is where, in 90 seconds on the sample</source>
        <translation>Was wo ist, in 90 Sekunden am Beispiel</translation>
    </message>
    <message>
        <source>What is where, on the sample; Esc ends it (Ctrl+F1)</source>
        <translation>Was wo ist, am Beispiel; Esc beendet den Rundgang (Strg+F1)</translation>
    </message>
    <message>
        <source>What the program did, without patient data</source>
        <translation>Was das Programm getan hat, ohne Patientendaten</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Where every slice comes from and what was done to the data</source>
        <translation>Woher jede Schicht kommt und was mit den Daten geschah</translation>
    </message>
    <message>
        <source>Where the model runs.</source>
        <translation>Wo das Modell rechnet.</translation>
    </message>
    <message>
        <source>Where to look, never a certificate ({UNCERTAINTY} shows and hides). Half-width of the 90 % interval, in % of the range of the acquired intensities, from their 0.5th to their 99.5th percentile.</source>
        <translation>Wo man hinsehen sollte, nie ein Nachweis ({UNCERTAINTY} zeigt und verbirgt sie). Halbe Breite des 90-%-Intervalls in % des Bereichs der aufgenommenen Intensitäten, vom 0,5. bis zum 99,5. Perzentil.</translation>
    </message>
    <message>
        <source>Who reviews?</source>
        <translation>Wer begutachtet?</translation>
    </message>
    <message>
        <source>Whole range</source>
        <translation>Ganzer Bereich</translation>
    </message>
    <message>
        <source>Whole reconstruction</source>
        <translation>Ganze Rekonstruktion</translation>
    </message>
    <message>
        <source>Whole stack</source>
        <translation>Ganzer Stapel</translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation>Fensterung</translation>
    </message>
    <message>
        <source>Window/level and what is drawn</source>
        <translation>Fensterung und was gezeichnet wird</translation>
    </message>
    <message>
        <source>Window/level by percentiles of the acquired stack (0 to 9)</source>
        <translation>Fensterung nach Perzentilen des aufgenommenen Stapels (0 bis 9)</translation>
    </message>
    <message>
        <source>Window/level of every series when it is opened.</source>
        <translation>Fensterung jeder Serie beim Öffnen.</translation>
    </message>
    <message>
        <source>Window/level presets</source>
        <translation>Fenstervorgaben</translation>
    </message>
    <message>
        <source>Worst first; select one to go there</source>
        <translation>Schlechteste zuerst; auswählen, um dorthin zu gehen</translation>
    </message>
    <message>
        <source>Wraps; also Shift+wheel</source>
        <translation>Läuft um; auch Umschalt+Mausrad</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Written beside each of your verdicts.</source>
        <translation>Steht neben jedem Ihrer Urteile.</translation>
    </message>
    <message>
        <source>Written beside every verdict</source>
        <translation>Steht neben jedem Urteil</translation>
    </message>
    <message>
        <source>Your &amp;initials</source>
        <translation>Ihr &amp;Kürzel</translation>
    </message>
    <message>
        <source>Your initials</source>
        <translation>Ihr Kürzel</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom {zoom:.0f} %</source>
        <translation>Zoom {zoom:.0f} %</translation>
    </message>
    <message>
        <source>a measurement has {points} points, must be {wanted}</source>
        <translation>eine Messung hat {points} Punkte, nötig sind {wanted}</translation>
    </message>
    <message>
        <source>a measurement is {shape!r}, which is unknown</source>
        <translation>eine Messung ist {shape!r} und unbekannt</translation>
    </message>
    <message>
        <source>a measurement needs either a slice or a long-axis plane</source>
        <translation>eine Messung braucht entweder eine Schicht oder eine Langachsenebene</translation>
    </message>
    <message>
        <source>a measurement on held-out slices names no run</source>
        <translation>eine Messung auf ausgelassenen Schichten nennt keinen Lauf</translation>
    </message>
    <message>
        <source>a movie cannot show the difference; choose another mode of comparison, or save a screenshot</source>
        <translation>ein Film kann die Differenz nicht zeigen; wählen Sie eine andere Vergleichsart oder speichern Sie ein Bildschirmfoto</translation>
    </message>
    <message>
        <source>a movie cannot show the long-axis check; compare layers instead, or save a screenshot</source>
        <translation>ein Film kann die Langachsenprüfung nicht zeigen; vergleichen Sie stattdessen Fassungen oder speichern Sie ein Bildschirmfoto</translation>
    </message>
    <message>
        <source>a number of the views is not finite or too large</source>
        <translation>eine Zahl der Ansichten ist nicht endlich oder zu groß</translation>
    </message>
    <message>
        <source>a path in the session is empty</source>
        <translation>ein Pfad in der Sitzung ist leer</translation>
    </message>
    <message>
        <source>a path in the session is too long or damaged</source>
        <translation>ein Pfad in der Sitzung ist zu lang oder beschädigt</translation>
    </message>
    <message>
        <source>a point of a measurement must be three numbers up to {limit:g} mm</source>
        <translation>ein Punkt einer Messung muss aus drei Zahlen bis {limit:g} mm bestehen</translation>
    </message>
    <message>
        <source>a remark has {length} characters, limit {limit}</source>
        <translation>eine Notiz hat {length} Zeichen, höchstens {limit}</translation>
    </message>
    <message>
        <source>a run</source>
        <translation>eines Laufs</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>akzeptiert</translation>
    </message>
    <message>
        <source>accepted with remark</source>
        <translation>mit Notiz akzeptiert</translation>
    </message>
    <message>
        <source>acquired</source>
        <translation>aufgenommen</translation>
    </message>
    <message>
        <source>align slices</source>
        <translation>Schichten ausrichten</translation>
    </message>
    <message>
        <source>aligned</source>
        <translation>ausgerichtet</translation>
    </message>
    <message>
        <source>apex</source>
        <translation>Apex</translation>
    </message>
    <message>
        <source>as shown</source>
        <translation>wie gezeigt</translation>
    </message>
    <message>
        <source>automatic contours</source>
        <translation>automatische Konturen</translation>
    </message>
    <message>
        <source>base</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>brightness evened, smoothed 1 mm</source>
        <translation>Helligkeit ausgeglichen, 1 mm geglättet</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>clear measurements</source>
        <translation>alle Messungen löschen</translation>
    </message>
    <message>
        <source>clipped to the heart</source>
        <translation>auf das Herz beschnitten</translation>
    </message>
    <message>
        <source>darker  ·  equal  ·  brighter</source>
        <translation>dunkler  ·  gleich  ·  heller</translation>
    </message>
    <message>
        <source>delete measurement</source>
        <translation>Messung löschen</translation>
    </message>
    <message>
        <source>delete run</source>
        <translation>Lauf löschen</translation>
    </message>
    <message>
        <source>development</source>
        <translation>Entwicklung</translation>
    </message>
    <message>
        <source>dim: outside the stack</source>
        <translation>gedimmt: außerhalb des Stapels</translation>
    </message>
    <message>
        <source>doubled papillary muscle</source>
        <translation>doppelter Papillarmuskel</translation>
    </message>
    <message>
        <source>fidelity</source>
        <translation>Treue</translation>
    </message>
    <message>
        <source>first</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>flickers</source>
        <translation>flackert</translation>
    </message>
    <message>
        <source>from short-axis slices</source>
        <translation>aus Kurzachsenschichten</translation>
    </message>
    <message>
        <source>ghost of a vessel</source>
        <translation>Geisterbild eines Gefäßes</translation>
    </message>
    <message>
        <source>initials are {initials!r}, must be 1 to {limit} letters or digits without spaces</source>
        <translation>das Kürzel ist {initials!r}, erlaubt sind 1 bis {limit} Buchstaben oder Ziffern ohne Leerzeichen</translation>
    </message>
    <message>
        <source>interpolated by the renderer between slices</source>
        <translation>zwischen Schichten beim Rendern interpoliert</translation>
    </message>
    <message>
        <source>interpolated in time at this phase</source>
        <translation>in dieser Phase zeitlich interpoliert</translation>
    </message>
    <message>
        <source>it has {size:.0f} MB, limit {limit:.0f} MB</source>
        <translation>sie hat {size:.0f} MB, höchstens {limit:.0f} MB</translation>
    </message>
    <message>
        <source>it holds an impossibly large number</source>
        <translation>sie enthält eine unmöglich große Zahl</translation>
    </message>
    <message>
        <source>it holds the same name twice</source>
        <translation>sie enthält denselben Namen zweimal</translation>
    </message>
    <message>
        <source>it holds {name}, which is no JSON number</source>
        <translation>sie enthält {name}, was keine JSON-Zahl ist</translation>
    </message>
    <message>
        <source>it is not a CaLID session</source>
        <translation>sie ist keine CaLID-Sitzung</translation>
    </message>
    <message>
        <source>it is not valid JSON</source>
        <translation>sie ist kein gültiges JSON</translation>
    </message>
    <message>
        <source>it was saved by a newer CaLID (format {version}, this one reads up to {known}); update CaLID</source>
        <translation>sie wurde von einem neueren CaLID gespeichert (Format {version}, dieses liest bis {known}); CaLID aktualisieren</translation>
    </message>
    <message>
        <source>its pixels could not be read</source>
        <translation>seine Pixel konnten nicht gelesen werden</translation>
    </message>
    <message>
        <source>its version is missing</source>
        <translation>ihre Version fehlt</translation>
    </message>
    <message>
        <source>last</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>linear {error:.1f} %, {ssim:.2f}</source>
        <translation>linear {error:.1f} %, {ssim:.2f}</translation>
    </message>
    <message>
        <source>long axis</source>
        <translation>Langachse</translation>
    </message>
    <message>
        <source>long axis at {angle:.0f}°</source>
        <translation>Langachse bei {angle:.0f}°</translation>
    </message>
    <message>
        <source>match {match:.2f}, linear {linear:.2f}</source>
        <translation>Übereinstimmung {match:.2f}, linear {linear:.2f}</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>mean {mean:.4g}, SD {deviation:.3g}, {lowest:.4g} to {highest:.4g}, {pixels} pixels, {area:.0f} mm²</source>
        <translation>Mittel {mean:.4g}, SD {deviation:.3g}, {lowest:.4g} bis {highest:.4g}, {pixels} Pixel, {area:.0f} mm²</translation>
    </message>
    <message>
        <source>moved in plane to align it</source>
        <translation>zum Ausrichten in der Ebene verschoben</translation>
    </message>
    <message>
        <source>nearest acquired</source>
        <translation>nächstgelegene aufgenommene</translation>
    </message>
    <message>
        <source>no LV found</source>
        <translation>kein LV gefunden</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>keine Taste</translation>
    </message>
    <message>
        <source>no left ventricle was found at some phases</source>
        <translation>in einigen Phasen wurde kein linker Ventrikel gefunden</translation>
    </message>
    <message>
        <source>no long-axis cine crosses the reconstructed volume</source>
        <translation>kein Langachsen-Cine schneidet das rekonstruierte Volumen</translation>
    </message>
    <message>
        <source>no pixel with data inside</source>
        <translation>kein Pixel mit Daten darin</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not found at some phases</source>
        <translation>in manchen Phasen nicht gefunden</translation>
    </message>
    <message>
        <source>not said yet</source>
        <translation>noch nicht angegeben</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>nothing was decided or remarked; give a verdict or a remark</source>
        <translation>nichts wurde entschieden oder notiert; geben Sie ein Urteil oder eine Notiz ab</translation>
    </message>
    <message>
        <source>on {origin} pixels</source>
        <translation>auf Pixeln der Art: {origin}</translation>
    </message>
    <message>
        <source>one slice</source>
        <translation>eine Schicht</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>outside the frame: linear</source>
        <translation>außerhalb des Rahmens: linear</translation>
    </message>
    <message>
        <source>pass-through FAILED</source>
        <translation>Aufgenommene VERÄNDERT</translation>
    </message>
    <message>
        <source>pass-through ✓</source>
        <translation>unverändert ✓</translation>
    </message>
    <message>
        <source>phase not reconstructed yet</source>
        <translation>Phase noch nicht rekonstruiert</translation>
    </message>
    <message>
        <source>phase of a measurement</source>
        <translation>die Phase einer Messung</translation>
    </message>
    <message>
        <source>phase {phase}</source>
        <translation>Phase {phase}</translation>
    </message>
    <message>
        <source>phase {phase} of {phases}</source>
        <translation>Phase {phase} von {phases}</translation>
    </message>
    <message>
        <source>pixels in the session have an impossible name: {name!r}</source>
        <translation>Pixel in der Sitzung haben einen unmöglichen Namen: {name!r}</translation>
    </message>
    <message>
        <source>pixels in the session have an impossible type: {dtype!r}</source>
        <translation>Pixel in der Sitzung haben einen unmöglichen Typ: {dtype!r}</translation>
    </message>
    <message>
        <source>preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>realism</source>
        <translation>Realismus</translation>
    </message>
    <message>
        <source>reformat at {angle:.0f}°, slabs</source>
        <translation>MPR bei {angle:.0f}°, Schichtblöcke</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>remarked</source>
        <translation>notiert</translation>
    </message>
    <message>
        <source>run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>score {score:.1f}</source>
        <translation>Score {score:.1f}</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>short axis</source>
        <translation>Kurzachse</translation>
    </message>
    <message>
        <source>slice of a measurement</source>
        <translation>die Schicht einer Messung</translation>
    </message>
    <message>
        <source>slice of a verdict</source>
        <translation>die Schicht eines Urteils</translation>
    </message>
    <message>
        <source>slice {number}</source>
        <translation>Schicht {number}</translation>
    </message>
    <message>
        <source>software OpenGL</source>
        <translation>Software-OpenGL</translation>
    </message>
    <message>
        <source>the alignment of the images in the session is impossible</source>
        <translation>die Ausrichtung der Bilder in der Sitzung ist unmöglich</translation>
    </message>
    <message>
        <source>the angle of a measurement&apos;s plane is impossible</source>
        <translation>der Winkel der Ebene einer Messung ist unmöglich</translation>
    </message>
    <message>
        <source>the bundled sample of this version is another one than the session was made with; its verdicts do not apply to it</source>
        <translation>das Beispiel dieser Version ist ein anderes als das der Sitzung; ihre Urteile gelten dafür nicht</translation>
    </message>
    <message>
        <source>the digest of {what} is {digest!r}, must be 64 hexadecimal digits</source>
        <translation>die Prüfsumme {what} ist {digest!r}, nötig sind 64 Hexadezimalziffern</translation>
    </message>
    <message>
        <source>the divider or the flicker of the views is impossible</source>
        <translation>Trennlinie oder Blinken der Ansichten ist unmöglich</translation>
    </message>
    <message>
        <source>the images</source>
        <translation>der Bilder</translation>
    </message>
    <message>
        <source>the images are not those the session was made from ({extent} of {rows} × {columns}, content {digest}); choose the folder with the original ones</source>
        <translation>die Bilder sind nicht die der Sitzung ({extent} zu {rows} × {columns}, Inhalt {digest}); den Ordner mit den ursprünglichen wählen</translation>
    </message>
    <message>
        <source>the pixels {entry} of this session are damaged; make the run again</source>
        <translation>die Pixel {entry} dieser Sitzung sind beschädigt; den Lauf wiederholen</translation>
    </message>
    <message>
        <source>the pixels {entry} of this session do not fit its images; make the run again</source>
        <translation>die Pixel {entry} dieser Sitzung passen nicht zu ihren Bildern; den Lauf wiederholen</translation>
    </message>
    <message>
        <source>the reach of a run is {reach}, must be 1 to 100</source>
        <translation>die Reichweite eines Laufs ist {reach}, erlaubt ist 1 bis 100</translation>
    </message>
    <message>
        <source>the session holds {measurements} measurements, limit {limit}</source>
        <translation>die Sitzung enthält {measurements} Messungen, höchstens {limit}</translation>
    </message>
    <message>
        <source>the session holds {runs} runs, limit {limit}</source>
        <translation>die Sitzung enthält {runs} Läufe, höchstens {limit}</translation>
    </message>
    <message>
        <source>the session lists {paths} paths, limit {limit}</source>
        <translation>die Sitzung führt {paths} Pfade auf, höchstens {limit}</translation>
    </message>
    <message>
        <source>the session points outside its folder: {path!r}</source>
        <translation>die Sitzung zeigt aus ihrem Ordner hinaus: {path!r}</translation>
    </message>
    <message>
        <source>the size of the images in the session is impossible</source>
        <translation>die Größe der Bilder in der Sitzung ist unmöglich</translation>
    </message>
    <message>
        <source>the verdict could not be written to the disk ({reason}); free some space, then give it again</source>
        <translation>das Urteil konnte nicht auf die Platte geschrieben werden ({reason}); Platz schaffen und nochmals abgeben</translation>
    </message>
    <message>
        <source>the verdicts cannot be read ({reason})</source>
        <translation>die Urteile lassen sich nicht lesen ({reason})</translation>
    </message>
    <message>
        <source>the whole reconstruction</source>
        <translation>die ganze Rekonstruktion</translation>
    </message>
    <message>
        <source>there is nothing to save yet; open a series first</source>
        <translation>es gibt noch nichts zu speichern; zuerst eine Serie öffnen</translation>
    </message>
    <message>
        <source>this session cannot be opened</source>
        <translation>diese Sitzung kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>this session cannot be opened: its archive holds a path, {name!r}</source>
        <translation>diese Sitzung kann nicht geöffnet werden: ihr Archiv enthält einen Pfad, {name!r}</translation>
    </message>
    <message>
        <source>this session cannot be opened: its archive holds other files than it announces</source>
        <translation>diese Sitzung kann nicht geöffnet werden: ihr Archiv enthält andere Dateien, als es angibt</translation>
    </message>
    <message>
        <source>this session cannot be opened: its archive holds too many files or one twice</source>
        <translation>diese Sitzung kann nicht geöffnet werden: ihr Archiv enthält zu viele Dateien oder eine doppelt</translation>
    </message>
    <message>
        <source>this session cannot be opened: {problem}{remedy}</source>
        <translation>diese Sitzung kann nicht geöffnet werden: {problem}{remedy}</translation>
    </message>
    <message>
        <source>through slices of several kinds</source>
        <translation>durch Schichten verschiedener Art</translation>
    </message>
    <message>
        <source>time of a verdict is {time!r}, must be like {example}</source>
        <translation>die Zeit eines Urteils ist {time!r}, erwartet wie {example}</translation>
    </message>
    <message>
        <source>to A</source>
        <translation>bis A</translation>
    </message>
    <message>
        <source>too many runs are compared</source>
        <translation>zu viele Läufe werden verglichen</translation>
    </message>
    <message>
        <source>two runs or reviews of the session have the same key</source>
        <translation>zwei Läufe oder Begutachtungen der Sitzung haben denselben Schlüssel</translation>
    </message>
    <message>
        <source>two verdicts stand for one slice</source>
        <translation>zwei Urteile stehen für eine Schicht</translation>
    </message>
    <message>
        <source>unknown images</source>
        <translation>unbekannte Bilder</translation>
    </message>
    <message>
        <source>verdicts cannot be kept ({reason}); make the folder of program data writable</source>
        <translation>Urteile können nicht aufbewahrt werden ({reason}); den Ordner der Programmdaten beschreibbar machen</translation>
    </message>
    <message>
        <source>wall too thick</source>
        <translation>Wand zu dick</translation>
    </message>
    <message>
        <source>wall too thin</source>
        <translation>Wand zu dünn</translation>
    </message>
    <message>
        <source>what was open could not be read; open the images, the verdicts are kept</source>
        <translation>was offen war, konnte nicht gelesen werden; die Bilder öffnen, die Urteile bleiben erhalten</translation>
    </message>
    <message>
        <source>whole</source>
        <translation>Ganzes</translation>
    </message>
    <message>
        <source>window, zoom, speed or phase of the views is impossible</source>
        <translation>Fensterung, Zoom, Geschwindigkeit oder Phase der Ansichten ist unmöglich</translation>
    </message>
    <message>
        <source>without remark</source>
        <translation>ohne Notiz</translation>
    </message>
    <message>
        <source>wrong apex</source>
        <translation>falscher Apex</translation>
    </message>
    <message>
        <source>wrong base</source>
        <translation>falsche Basis</translation>
    </message>
    <message>
        <source>{ACCEPT_WHOLE} accepts the whole reconstruction.</source>
        <translation>{ACCEPT_WHOLE} akzeptiert die ganze Rekonstruktion.</translation>
    </message>
    <message>
        <source>{ACCEPT_WHOLE} or {REJECT_WHOLE} gives your own verdict, which takes a remark.</source>
        <translation>{ACCEPT_WHOLE} oder {REJECT_WHOLE} gibt Ihr eigenes Urteil ab, das eine Notiz aufnimmt.</translation>
    </message>
    <message>
        <source>{ACCEPT} accepts and goes on · {REJECT} rejects · {REMARK} remark</source>
        <translation>{ACCEPT} akzeptiert und geht weiter · {REJECT} lehnt ab · {REMARK} Notiz</translation>
    </message>
    <message>
        <source>{ACCEPT} or {REJECT} gives your own verdict, which takes a remark; {REMARK_WHOLE} remarks on the whole.</source>
        <translation>{ACCEPT} oder {REJECT} gibt Ihr eigenes Urteil ab, das eine Notiz aufnimmt; {REMARK_WHOLE} fügt eine Notiz zum Ganzen hinzu.</translation>
    </message>
    <message>
        <source>{COMPARE} goes through flicker in place, swipe, side by side and difference, with one window, zoom, slice and phase for all. Linear interpolation is always there to compare with. {FLICKER} flickers at once.</source>
        <translation>{COMPARE} schaltet durch Blinken, Wischen, Nebeneinander und Differenz, mit gleicher Fensterung, Zoom, Schicht und Phase für alle. Lineare Interpolation steht immer zum Vergleich bereit. {FLICKER} blinkt sofort.</translation>
    </message>
    <message>
        <source>{NEXT_UNCHECKED} takes you to the worst slice you have not judged. {ACCEPT} accepts it, {REJECT} rejects it, {REMARK} adds a remark. Every verdict is saved the moment you give it; {UNDO} takes it back.</source>
        <translation>{NEXT_UNCHECKED} führt zur schlechtesten Schicht ohne Urteil. {ACCEPT} akzeptiert sie, {REJECT} lehnt sie ab, {REMARK} fügt eine Notiz hinzu. Jedes Urteil ist sofort gespeichert; {UNDO} nimmt es zurück.</translation>
    </message>
    <message>
        <source>{SAVE} saves the volume with the origin of every slice, {MOVIE} the beating heart, {REPORT} the report with checks and verdicts. All of them say what was synthesised.</source>
        <translation>{SAVE} speichert das Volumen mit der Herkunft jeder Schicht, {MOVIE} das schlagende Herz, {REPORT} den Bericht mit Prüfungen und Urteilen. Alle sagen, was synthetisiert wurde.</translation>
    </message>
    <message>
        <source>{SHORTCUTS} shows every key; {EDIT_KEYS} changes them. This tour is in the Help menu. Research use only: a synthesised slice is not a measurement.</source>
        <translation>{SHORTCUTS} zeigt alle Tasten; {EDIT_KEYS} ändert sie. Dieser Rundgang steht im Menü Hilfe. Nur für die Forschung: Eine synthetisierte Schicht ist keine Messung.</translation>
    </message>
    <message>
        <source>{SLICE_PREVIOUS} and {SLICE_NEXT} or the wheel change the slice. {PHASE_PREVIOUS} and {PHASE_NEXT} or Shift and the wheel change the phase of the heart beat. {PLAY} plays the beat at the slice you look at.</source>
        <translation>{SLICE_PREVIOUS} und {SLICE_NEXT} oder das Mausrad wechseln die Schicht. {PHASE_PREVIOUS} und {PHASE_NEXT} oder Umschalt und Mausrad wechseln die Phase des Herzschlags. {PLAY} spielt den Schlag an der betrachteten Schicht ab.</translation>
    </message>
    <message>
        <source>{distance:.1f} mm from A{number}</source>
        <translation>{distance:.1f} mm von A{number}</translation>
    </message>
    <message>
        <source>{distance:.1f} mm from {end}</source>
        <translation>{distance:.1f} mm ab {end}</translation>
    </message>
    <message>
        <source>{format}: {extent}, {pitch:.1f} mm centre to centre, thickness {thickness}, {down:.3f} × {across:.3f} mm in plane, {dtype}</source>
        <translation>{format}: {extent}, Schichtabstand {pitch:.1f} mm (Mitte zu Mitte), Schichtdicke {thickness}, {down:.3f} × {across:.3f} mm in der Ebene, {dtype}</translation>
    </message>
    <message>
        <source>{headline} failed.</source>
        <translation>Fehlgeschlagen: {headline}.</translation>
    </message>
    <message>
        <source>{images}: {kept} could be read, not all of it: {problem}. Nothing was deleted; a later start or a newer version may read it.</source>
        <translation>{images}: {kept} ließen sich lesen, aber nicht alles: {problem}. Nichts wurde gelöscht; ein späterer Start oder eine neuere Version kann es vielleicht lesen.</translation>
    </message>
    <message>
        <source>{images}: {kept}, the last on {day} at {time} UTC. Nothing of it was lost.</source>
        <translation>{images}: {kept}, zuletzt am {day} um {time} UTC. Nichts davon ging verloren.</translation>
    </message>
    <message>
        <source>{label} (aligned)</source>
        <translation>{label} (ausgerichtet)</translation>
    </message>
    <message>
        <source>{label} is not bit-identical to the run that was judged (another machine or version). Look again before you rely on its verdicts.</source>
        <translation>{label} ist nicht bitgleich mit dem beurteilten Lauf (anderer Rechner oder andere Version). Vor Gebrauch der Urteile nochmals ansehen.</translation>
    </message>
    <message>
        <source>{label} is not the run that was judged: their identifiers differ. Its verdicts are kept, but do not apply to this run.</source>
        <translation>{label} ist nicht der beurteilte Lauf: Die Kennungen unterscheiden sich. Die Urteile bleiben erhalten, gelten aber nicht für diesen Lauf.</translation>
    </message>
    <message>
        <source>{label} was closed meanwhile; open it again</source>
        <translation>{label} wurde inzwischen geschlossen; öffnen Sie es wieder</translation>
    </message>
    <message>
        <source>{label} was made with other weights ({made}) than the session had ({wanted}). Its verdicts are kept, but do not apply to this run.</source>
        <translation>{label} entstand mit anderen Gewichten ({made}) als in der Sitzung ({wanted}). Die Urteile bleiben erhalten, gelten aber nicht für diesen Lauf.</translation>
    </message>
    <message>
        <source>{label}: no verdicts, they are about a run or the acquired slices.</source>
        <translation>{label}: keine Urteile, sie gelten einem Lauf oder den aufgenommenen Schichten.</translation>
    </message>
    <message>
        <source>{moved} moved in plane</source>
        <translation>{moved} in der Ebene verschoben</translation>
    </message>
    <message>
        <source>{name} cannot be read ({reason}); check its permissions</source>
        <translation>{name} kann nicht gelesen werden ({reason}); Zugriffsrechte prüfen</translation>
    </message>
    <message>
        <source>{name} in the session has {length} characters, limit {limit}</source>
        <translation>{name} in der Sitzung hat {length} Zeichen, höchstens {limit}</translation>
    </message>
    <message>
        <source>{name} is a damaged session; copy it again or open the images themselves</source>
        <translation>{name} ist eine beschädigte Sitzung; neu kopieren oder die Bilder selbst öffnen</translation>
    </message>
    <message>
        <source>{name} is no file; choose a session file</source>
        <translation>{name} ist keine Datei; eine Sitzungsdatei wählen</translation>
    </message>
    <message>
        <source>{name} is there already. Add the files to it?</source>
        <translation>{name} gibt es schon. Dateien dort hinzufügen?</translation>
    </message>
    <message>
        <source>{name} is there already. Replace it?</source>
        <translation>{name} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>{name} of the views is {value!r}, which is unknown</source>
        <translation>{name} der Ansichten ist {value!r} und unbekannt</translation>
    </message>
    <message>
        <source>{name} was saved by another window meanwhile and was not replaced.</source>
        <translation>{name} wurde inzwischen von einem anderen Fenster gespeichert und nicht ersetzt.</translation>
    </message>
    <message>
        <source>{name}: first kept</source>
        <translation>{name}: erste behaltene</translation>
    </message>
    <message>
        <source>{name}: last kept</source>
        <translation>{name}: letzte behaltene</translation>
    </message>
    <message>
        <source>{pitch:.1f} mm pitch</source>
        <translation>alle {pitch:.1f} mm</translation>
    </message>
    <message>
        <source>{program}: keys and mouse</source>
        <translation>{program}: Tasten und Maus</translation>
    </message>
    <message>
        <source>{rate:.1f} fps shown</source>
        <translation>{rate:.1f} Bilder/s gezeigt</translation>
    </message>
    <message>
        <source>{reader} remarked meanwhile: “{remark}”. Return writes over it, Esc leaves it.</source>
        <translation>{reader} hat inzwischen notiert: „{remark}“. Die Eingabetaste überschreibt das, Esc lässt es stehen.</translation>
    </message>
    <message>
        <source>{ready} of {phases} phases ready</source>
        <translation>{ready} von {phases} Phasen fertig</translation>
    </message>
    <message>
        <source>{same} of {frames} acquired frames bit-identical; {resampled} frames of {slices} slices, triggered differently, were resampled in time on opening</source>
        <translation>{same} von {frames} aufgenommenen Bildern bitgleich; {resampled} Bilder von {slices} anders getriggerten Schichten wurden beim Öffnen zeitlich umgetastet</translation>
    </message>
    <message>
        <source>{same} of {slices} acquired slices bit-identical; {moved} moved in plane to align them, {resampled} resampled in time on opening: interpolated, not as acquired</source>
        <translation>{same} von {slices} aufgenommenen Schichten bitgleich; {moved} zum Ausrichten in der Ebene verschoben, {resampled} beim Öffnen zeitlich umgetastet: interpoliert, nicht wie aufgenommen</translation>
    </message>
    <message>
        <source>{same} of {slices} acquired slices bit-identical; {moved} moved in plane to align them: interpolated, not as acquired</source>
        <translation>{same} von {slices} aufgenommenen Schichten bitgleich; {moved} zum Ausrichten in der Ebene verschoben: interpoliert, nicht wie aufgenommen</translation>
    </message>
    <message>
        <source>{seeds} seeds: voxels vary by {spread:.1f} %</source>
        <translation>{seeds} Startwerte: Voxel schwanken um {spread:.1f} %</translation>
    </message>
    <message>
        <source>{shift:.1f} mm down</source>
        <translation>{shift:.1f} mm nach unten</translation>
    </message>
    <message>
        <source>{shift:.1f} mm left</source>
        <translation>{shift:.1f} mm nach links</translation>
    </message>
    <message>
        <source>{shift:.1f} mm right</source>
        <translation>{shift:.1f} mm nach rechts</translation>
    </message>
    <message>
        <source>{shift:.1f} mm up</source>
        <translation>{shift:.1f} mm nach oben</translation>
    </message>
    <message>
        <source>{slices} of {slices} acquired slices bit-identical</source>
        <translation>{slices} von {slices} aufgenommenen Schichten bitgleich</translation>
    </message>
    <message>
        <source>{slices} slices {pitch:.1f} mm apart → {made} slices {spacing:.2f} mm apart</source>
        <translation>{slices} Schichten alle {pitch:.1f} mm → {made} Schichten alle {spacing:.2f} mm</translation>
    </message>
    <message>
        <source>{slice}, phase {phase} of {layer}</source>
        <translation>{slice}, Phase {phase} von {layer}</translation>
    </message>
    <message>
        <source>{step} in {series}</source>
        <translation>{step} in {series}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{value} on {slice}</source>
        <translation>{value} auf {slice}</translation>
    </message>
    <message>
        <source>{verdict} by {reader}</source>
        <translation>{verdict} von {reader}</translation>
    </message>
    <message>
        <source>{volume:.0f} ml at the only phase; ESV and EF need two phases</source>
        <translation>{volume:.0f} ml in der einzigen Phase; ESV und EF brauchen zwei Phasen</translation>
    </message>
    <message>
        <source>{wanted} not ready: showing {shown}</source>
        <translation>{wanted} nicht fertig: gezeigt wird {shown}</translation>
    </message>
    <message>
        <source>{what} is {index}, must be 0 to {limit}</source>
        <translation>{what} ist {index}, erlaubt ist 0 bis {limit}</translation>
    </message>
    <message>
        <source>“{name}” has no key.</source>
        <translation>„{name}“ hat keine Taste.</translation>
    </message>
    <message>
        <source>“{name}” is now {key}.</source>
        <translation>„{name}“ ist jetzt {key}.</translation>
    </message>
    <message>
        <source>↓ typical reasons</source>
        <translation>↓ typische Gründe</translation>
    </message>
    <message>
        <source>⚠ Its first key now belongs to “{name}”. Reset that action before, or reset all.</source>
        <translation>⚠ Die erste Taste gehört jetzt zu „{name}“. Zuerst jene Aktion zurücksetzen oder alle.</translation>
    </message>
    <message>
        <source>⚠ could not be read</source>
        <translation>⚠ nicht lesbar</translation>
    </message>
    <message>
        <source>⚠ {key} belongs to “{name}”. Choose another key, or take it over: that action then has none until you give it one.</source>
        <translation>⚠ {key} gehört zu „{name}“. Andere Taste wählen oder übernehmen: Jene Aktion hat dann keine, bis Sie ihr eine geben.</translation>
    </message>
    <message>
        <source>✓ accepted, ✓… accepted with remark, ✕ rejected, … remarked, still to check</source>
        <translation>✓ akzeptiert, ✓… mit Notiz akzeptiert, ✕ abgelehnt, … notiert, noch zu prüfen</translation>
    </message>
</context>
</TS>
