@echo off
rem collect-evidence.cmd - gathers the files of a Windows server that the SSL Troubleshooter reads
rem
rem   collect-evidence.cmd [FOLDER]       run as administrator, on the server that fails
rem
rem Plain commands of Windows Server 2003 to 2025; one that a release lacks is left out. Takes bindings, listeners,
rem certificates (never private keys), which one each service uses, TLS settings, a week of TLS events, the ends of three
rem logs, updates: no passwords, no secrets. Changes nothing but the folder. What each file is for: collect-evidence.md.
rem
rem SPDX-License-Identifier: GPL-2.0-or-later
setlocal enableextensions disabledelayedexpansion
set "out=%~1"
if not defined out set "out=%USERPROFILE%\ssl-evidence-%COMPUTERNAME%"
rem the whole path: as administrator, cmd begins in another folder
for %%f in ("%out%\.") do set "out=%%~ff"
if not exist "%out%\" md "%out%"
if not exist "%out%\" goto no_folder
rem Windows' own programs first, none of the current folder; in a 32-bit cmd (that of a deployment agent, say) the 64-bit
rem ones, which see the registry and the folders as they are.
set "NoDefaultCurrentDirectoryInExePath=1"
set "system=%SystemRoot%\System32"
if defined PROCESSOR_ARCHITEW6432 set "system=%SystemRoot%\Sysnative"
set "PATH=%system%;%system%\WindowsPowerShell\v1.0;%PATH%"
rem a key that administrators alone may read
set "limited="
reg query HKU\S-1-5-19 >nul 2>nul || call :not_administrator
set "schannel=HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
set "ie=Microsoft\Internet Explorer\Main\FeatureControl\FEATURE_SCH_SEND_AUX_RECORD_KB_2618444"
set "policy=HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002"

echo Windows release
ver > "%out%\ver.txt"

rem the servers' own rule, where another one keeps PowerShell from loading the modules of Windows (PowerShell 1.0 knows none)
set "PSExecutionPolicyPreference=RemoteSigned"
set "ps=powershell -NoProfile -NonInteractive -Command"
set "have_ps="
call :find powershell.exe && set "have_ps=1"

echo Certificate bindings and listen list of HTTP.sys, sites of IIS
rem the first line is the command: it shows that a list with one entry is all
echo ^>netsh http show sslcert> "%out%\sslcert.txt"
netsh http show sslcert >> "%out%\sslcert.txt" 2>nul
netsh http show iplisten > "%out%\iplisten.txt" 2>nul
call :find httpcfg.exe && httpcfg query ssl > "%out%\httpcfg-ssl.txt" 2>nul
call :find httpcfg.exe && httpcfg query iplisten > "%out%\httpcfg-iplisten.txt" 2>nul
if exist "%system%\inetsrv\appcmd.exe" "%system%\inetsrv\appcmd.exe" list site > "%out%\sites.txt" 2>nul

echo Listening processes
netstat -ano > "%out%\netstat-ano.txt" 2>nul
netstat -anob > "%out%\netstat-anob.txt" 2>nul || del "%out%\netstat-anob.txt"
call :find tasklist.exe && tasklist /svc > "%out%\tasklist.txt" 2>nul

echo Certificates of the machine (without private keys)
echo ^>certutil -v -store my> "%out%\certutil-my.txt"
certutil -v -store my >> "%out%\certutil-my.txt" 2>nul
rem all of its names, which PowerShell cuts after four
if defined have_ps (
    echo PS^> Get-ChildItem Cert:\LocalMachine\My ^| Format-List> "%out%\certificates.txt"
    %ps% "$FormatEnumerationLimit = -1; Get-ChildItem Cert:\LocalMachine\My | Format-List Subject,Issuer,DnsNameList,EnhancedKeyUsageList,Thumbprint,NotBefore,NotAfter,HasPrivateKey | Out-String -Width 4096" < nul >> "%out%\certificates.txt" 2>nul
)

echo Which certificate Remote Desktop, WinRM, Active Directory, SQL Server and Exchange use, where they are
if defined have_ps %ps% "Get-WmiObject -Namespace root/cimv2/TerminalServices -Class Win32_TSGeneralSetting -Authentication PacketPrivacy | Format-List TerminalName,SSLCertificateSHA1Hash,SecurityLayer" < nul > "%out%\rdp.txt" 2>nul
call :find winrm.cmd && call winrm enumerate winrm/config/listener > "%out%\winrm.txt" 2>nul
call :query ntds.txt "HKLM\SOFTWARE\Microsoft\Cryptography\Services\NTDS\SystemCertificates\My\Certificates"
if defined have_ps %ps% "Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\*\MSSQLServer\SuperSocketNetLib' -ErrorAction SilentlyContinue | Format-List PSPath,Certificate,ForceEncryption" < nul > "%out%\sql-certificate.txt" 2>nul
if defined have_ps %ps% "Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\*\MSSQLServer\Parameters' -ErrorAction SilentlyContinue | ForEach-Object { $_.SQLArg1 -replace '^-e' } | Where-Object { $_ -and (Test-Path $_) } | ForEach-Object { Get-Content $_ | Select-String -Context 1,0 'sha1|2601[0-9]|17182|17826|33565' | ForEach-Object { $_.Context.PreContext; $_.Line } }" < nul > "%out%\sql-errorlog.txt" 2>nul
if defined have_ps if defined ExchangeInstallPath %ps% "Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn; $FormatEnumerationLimit = -1; Get-ExchangeCertificate | Format-List Thumbprint,Services,CertificateDomains,NotAfter,Status" < nul > "%out%\exchange.txt" 2>nul

echo TLS settings
call :export schannel.reg "%schannel%"
call :export policy-suites.reg "%policy%"
call :export local-suites.reg "HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010002"
call :export split-feature.reg "HKLM\SOFTWARE\%ie%"
call :export split-feature-32.reg "HKLM\SOFTWARE\Wow6432Node\%ie%"
if defined have_ps %ps% "if (Get-Command Get-TlsCipherSuite -ErrorAction SilentlyContinue) { Get-TlsCipherSuite | Format-List Name }" < nul > "%out%\suites.txt" 2>nul
if defined have_ps %ps% "if (Get-Command Get-TlsEccCurve -ErrorAction SilentlyContinue) { Get-TlsEccCurve }" < nul > "%out%\curves.txt" 2>nul

echo Events of Schannel, HTTP.sys and the programs above, the last seven days
set "week=TimeCreated[timediff(@SystemTime) <= 604800000]"
set "query=*[System[Provider[@Name='Schannel' or @Name='Microsoft-Windows-Schannel-Events' or @Name='Microsoft-Windows-HttpEvent' or @Name='Microsoft-Windows-TerminalServices-RemoteConnectionManager'] and %week%]]"
if exist "%out%\system.evtx" del "%out%\system.evtx"
call :find wevtutil.exe && wevtutil qe System "/q:%query%" /f:xml > "%out%\system.xml" 2>nul
call :find wevtutil.exe && wevtutil epl System "%out%\system.evtx" "/q:%query%" 2>nul
set "query=*[System[(EventID=1220) and %week%]]"
call :find wevtutil.exe && wevtutil qe "Directory Service" "/q:%query%" /f:xml > "%out%\directory.xml" 2>nul
set "query=*[System[(EventID=6273 or EventID=6274) and %week%]]"
call :find wevtutil.exe && wevtutil qe Security "/q:%query%" /c:200 /rd:true /f:xml > "%out%\nps.xml" 2>nul
rem private keys, where that is audited: what failed (the keyword 0x10000000000000)
set "query=*[System[(EventID=5058 or EventID=5061) and band(Keywords,4503599627370496) and %week%]]"
call :find wevtutil.exe && wevtutil qe Security "/q:%query%" /c:200 /rd:true /f:xml > "%out%\keys.xml" 2>nul
set "query=*[System[(EventID=26010 or EventID=26014 or EventID=26015 or EventID=17182 or EventID=17835 or EventID=33565 or EventID=12014) and %week%]]"
call :find wevtutil.exe && wevtutil qe Application "/q:%query%" /f:xml > "%out%\application.xml" 2>nul
if exist "%system%\eventquery.vbs" cscript //nologo "%system%\eventquery.vbs" /l system /v /fo list /fi "source eq Schannel" > "%out%\events-2003.txt" 2>nul

echo Ends of the logs of IIS (requests refused because of TLS), HTTP.sys and the Windows Firewall
rem of IIS without query strings, users, cookies and referrers
if defined have_ps %ps% "Get-ChildItem $env:SystemDrive\inetpub\logs\LogFiles\W3SVC*\*.log -ErrorAction SilentlyContinue | Sort-Object LastWriteTime | Select-Object -Last 4 | Get-Content | ForEach-Object { if ($_ -like '#Fields: *') { $_; $f = @($_ -split ' ' | Select-Object -Skip 1) } elseif ($_ -match ' 403 (4|5|7|12|13|16|17) ') { $v = $_ -split ' '; foreach ($n in 'cs-uri-query', 'cs-username', 'cs(Cookie)', 'cs(Referer)') { $i = [array]::IndexOf($f, $n); if ($i -ge 0) { $v[$i] = '-' } }; $v -join ' ' } }" < nul > "%out%\iis.log" 2>nul
if defined have_ps %ps% "Get-ChildItem $env:SystemRoot\System32\LogFiles\HTTPERR\httperr*.log -ErrorAction SilentlyContinue | Sort-Object LastWriteTime | Select-Object -Last 1 | ForEach-Object { $l = @(Get-Content $_.FullName); $l -like '#Fields: *' | Select-Object -Last 1; $l -match ' (Timer_SslRenegotiation|Connections_Refused|ConnLimit) ' | Select-Object -Last 500 }" < nul > "%out%\httperr.log" 2>nul
if defined have_ps %ps% "$p = $env:SystemRoot + '\System32\LogFiles\Firewall\pfirewall.log'; if (Test-Path $p) { $l = @(Get-Content $p); $l -like '#Fields: *' | Select-Object -Last 1; $l -match ' DROP TCP .* RECEIVE' | Select-Object -Last 500 }" < nul > "%out%\pfirewall.log" 2>nul

echo Updates
if defined have_ps %ps% "Get-HotFix | ForEach-Object { '{0} {1:yyyy-MM-dd}' -f $_.HotFixID, $_.InstalledOn }" < nul > "%out%\hotfix.txt" 2>nul
if not exist "%out%\hotfix.txt" wmic qfe get HotFixID,InstalledOn < nul > "%out%\hotfix.txt" 2>nul

rem files of commands that said nothing
for %%f in ("%out%\*.txt" "%out%\*.xml" "%out%\*.log") do if %%~zf==0 del "%%f"
echo.
if defined limited echo Not all of it is there: this was not run as administrator.
echo Done. Copy the folder "%out%" to where Wireshark runs and name it in the preference
echo "Folder of the server's own files" (ssltrouble.evidence_dir).
exit /b 0

:no_folder
echo The folder "%out%" cannot be made.
exit /b 1

:not_administrator
set "limited=1"
echo Not run as administrator: the owners of ports (netstat -b), IIS's sites and logs, the logs of HTTP.sys, SQL Server and the
echo firewall, the certificate of Remote Desktop and the events of the Security log may be missing.
echo Better: right-click, "Run as administrator".
echo.
exit /b 0

rem :export FILE KEY - a registry key, when there is one
:export
if exist "%out%\%~1" del "%out%\%~1"
reg query "%~2" >nul 2>nul && reg export "%~2" "%out%\%~1" >nul 2>nul
exit /b 0

rem :query FILE KEY - what is below a registry key, when there is one
:query
reg query "%~2" > "%out%\%~1" 2>nul || del "%out%\%~1"
exit /b 0

rem :find PROGRAM - succeeds when the program is on the path
:find
if "%~$PATH:1"=="" exit /b 1
exit /b 0
