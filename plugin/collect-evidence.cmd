@echo off
rem collect-evidence.cmd - gathers the files of a Windows server that the SSL Troubleshooter reads
rem
rem   collect-evidence.cmd [FOLDER]       run as administrator, on the server that fails
rem
rem Plain commands of Windows Server 2003 to 2025; one that a release lacks is left out. Takes bindings, listeners,
rem certificates (never private keys), TLS settings, a week of TLS events, the list of updates: no passwords, no
rem secrets. Changes nothing but the folder. What each file is for: collect-evidence.md.
rem
rem SPDX-License-Identifier: GPL-2.0-or-later
setlocal enableextensions
set "out=%~1"
if "%out%"=="" set "out=%USERPROFILE%\ssl-evidence-%COMPUTERNAME%"
if not exist "%out%\" md "%out%"
if not exist "%out%\" (
    echo The folder %out% cannot be made.
    exit /b 1
)
set "schannel=HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
set "ie=Microsoft\Internet Explorer\Main\FeatureControl\FEATURE_SCH_SEND_AUX_RECORD_KB_2618444"
set "policy=HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002"

echo Windows release
ver > "%out%\ver.txt"

echo Certificate bindings and listen list of HTTP.sys
netsh http show sslcert > "%out%\sslcert.txt" 2>nul
netsh http show iplisten > "%out%\iplisten.txt" 2>nul
call :find httpcfg.exe && httpcfg query ssl > "%out%\httpcfg-ssl.txt" 2>nul
call :find httpcfg.exe && httpcfg query iplisten > "%out%\httpcfg-iplisten.txt" 2>nul

echo Listening processes
netstat -ano > "%out%\netstat-ano.txt" 2>nul
netstat -anob > "%out%\netstat-anob.txt" 2>nul || del "%out%\netstat-anob.txt"

echo Certificates of the machine (without private keys)
certutil -v -store my > "%out%\certutil-my.txt" 2>nul

echo TLS settings
call :export schannel.reg "%schannel%"
call :export policy-suites.reg "%policy%"
call :export split-feature.reg "HKLM\SOFTWARE\%ie%"
call :export split-feature-32.reg "HKLM\SOFTWARE\Wow6432Node\%ie%"
call :find powershell.exe && powershell -NoProfile -NonInteractive -Command "if (Get-Command Get-TlsCipherSuite -ErrorAction SilentlyContinue) { Get-TlsCipherSuite | Format-List Name }" < nul > "%out%\suites.txt" 2>nul

echo Events of Schannel and HTTP.sys, the last seven days
set "query=*[System[Provider[@Name='Schannel' or @Name='Microsoft-Windows-Schannel-Events' or @Name='Microsoft-Windows-HttpEvent'] and TimeCreated[timediff(@SystemTime) <= 604800000]]]"
call :find wevtutil.exe && wevtutil qe System "/q:%query%" /f:xml > "%out%\system.xml" 2>nul
if exist "%windir%\system32\eventquery.vbs" cscript //nologo "%windir%\system32\eventquery.vbs" /l system /v /fo list /fi "source eq Schannel" > "%out%\events-2003.txt" 2>nul

echo Updates
call :find powershell.exe && powershell -NoProfile -NonInteractive -Command "Get-HotFix | ForEach-Object { '{0} {1:yyyy-MM-dd}' -f $_.HotFixID, $_.InstalledOn }" < nul > "%out%\hotfix.txt" 2>nul
if not exist "%out%\hotfix.txt" wmic qfe get HotFixID,InstalledOn < nul > "%out%\hotfix.txt" 2>nul

rem files of commands that said nothing
for %%f in ("%out%\*.txt" "%out%\*.xml") do if %%~zf==0 del "%%f"
echo.
echo Done. Copy the folder %out% to where Wireshark runs and name it in the preference
echo "Folder of the server's own files" (ssltrouble.evidence_dir).
exit /b 0

rem :export FILE KEY - a registry key, when there is one
:export
if exist "%out%\%~1" del "%out%\%~1"
reg query "%~2" >nul 2>nul && reg export "%~2" "%out%\%~1" >nul 2>nul
exit /b 0

rem :find PROGRAM - succeeds when the program is on the path
:find
if "%~$PATH:1"=="" exit /b 1
exit /b 0
