<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>%n damaged line(s) in the verdicts</source>
        <translation>
            <numerusform>%n damaged line in the verdicts</numerusform>
            <numerusform>%n damaged lines in the verdicts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files and folders</source>
        <translation>
            <numerusform>%n file or folder</numerusform>
            <numerusform>%n files and folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later remark(s) replaced what stood here.</source>
        <translation>
            <numerusform>%n later remark replaced what stood here.</numerusform>
            <numerusform>%n later remarks replaced what stood here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later verdict(s) replaced what stood here.</source>
        <translation>
            <numerusform>%n later verdict replaced what stood here.</numerusform>
            <numerusform>%n later verdicts replaced what stood here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n long-axis view(s) compared with linear interpolation; mean match {score:.2f}</source>
        <translation>
            <numerusform>%n long-axis view compared with linear interpolation; mean match {score:.2f}</numerusform>
            <numerusform>%n long-axis views compared with linear interpolation; mean match {score:.2f}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n long-axis view(s) compared; nearer than linear on {better} of %n</source>
        <translation>
            <numerusform>%n long-axis view compared; nearer than linear on {better} of %n</numerusform>
            <numerusform>%n long-axis views compared; nearer than linear on {better} of %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n made slice(s) stand(s) out from the neighbours</source>
        <translation>
            <numerusform>%n made slice stands out from the neighbours</numerusform>
            <numerusform>%n made slices stand out from the neighbours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measurement(s)</source>
        <translation>
            <numerusform>%n measurement</numerusform>
            <numerusform>%n measurements</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n measurement(s) lie(s) on no slice or at no phase of it and was/were left out.</source>
        <translation>
            <numerusform>%n measurement lies on no slice or at no phase of it and was left out.</numerusform>
            <numerusform>%n measurements lie on no slice or at no phase of it and were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of its runs was/were not made again; the verdicts on them are kept.</source>
        <translation>
            <numerusform>%n of its runs was not made again; the verdicts on it are kept.</numerusform>
            <numerusform>%n of its runs were not made again; the verdicts on them are kept.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n phase(s)</source>
        <translation>
            <numerusform>%n phase</numerusform>
            <numerusform>%n phases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remark(s)</source>
        <translation>
            <numerusform>%n remark</numerusform>
            <numerusform>%n remarks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remark(s) newer than what the file holds was/were kept.</source>
        <translation>
            <numerusform>%n remark newer than what the file holds was kept.</numerusform>
            <numerusform>%n remarks newer than what the file holds were kept.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n series opened, with remarks on some files.</source>
        <translation>
            <numerusform>%n series opened, with remarks on some files.</numerusform>
            <numerusform>%n series opened, with remarks on some files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s)</source>
        <translation>
            <numerusform>%n slice</numerusform>
            <numerusform>%n slices</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s) need(s) a closer look</source>
        <translation>
            <numerusform>%n slice needs a closer look</numerusform>
            <numerusform>%n slices need a closer look</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slice(s) × {phases}</source>
        <translation>
            <numerusform>%n slice × {phases}</numerusform>
            <numerusform>%n slices × {phases}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n verdict(s)</source>
        <translation>
            <numerusform>%n verdict</numerusform>
            <numerusform>%n verdicts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n verdict(s) newer than those in the file was/were kept.</source>
        <translation>
            <numerusform>%n verdict newer than that in the file was kept.</numerusform>
            <numerusform>%n verdicts newer than those in the file were kept.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Input check: %n remarks.</source>
        <translation>
            <numerusform>Input check: %n remark.</numerusform>
            <numerusform>Input check: %n remarks.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n slice(s) back by the estimated shift?</source>
        <translation>
            <numerusform>Move %n slice back by the estimated shift?</numerusform>
            <numerusform>Move %n slices back by the estimated shift?</numerusform>
        </translation>
    </message>
</context>
</TS>
