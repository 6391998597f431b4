@echo off
rem install.cmd - copies the SSL Troubleshooter and its profile to the Wireshark that is installed here
rem
rem   install.cmd                      for you alone; needs no administrator
rem   install.cmd /all                 for all users of this computer; run it as administrator
rem   install.cmd /portable FOLDER     for the portable Wireshark, which is in that folder
rem   install.cmd /version X.Y         for a Wireshark that is not in the registry
rem   /q behind it: does not wait for a key at the end
rem
rem SPDX-License-Identifier: GPL-2.0-or-later
setlocal enableextensions disabledelayedexpansion
set "here=%~dp0"
set "all="
set "quiet="
set "version="
set "folder="
set "portable="

:arguments
if "%~1"=="" goto known
set "argument=%~1"
if /i "%argument%"=="/all" set "all=1" & set "argument="
if /i "%argument%"=="/q" set "quiet=1" & set "argument="
if /i "%argument%"=="/version" set "version=%~2" & set "argument=" & shift
if /i "%argument%"=="/portable" set "portable=%~2" & set "argument=" & shift
if defined argument goto usage
shift
goto arguments

:known
if not exist "%here%plugins\" goto not_unpacked
if defined portable goto portable
if defined version goto branch
rem The installer is a 32-bit program and the package of Microsoft's installer is not: both views.
set "current=Microsoft\Windows\CurrentVersion"
call :registry "HKLM\SOFTWARE\%current%\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\SOFTWARE\WOW6432Node\%current%\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\SOFTWARE\%current%\App Paths\Wireshark.exe" Path folder
if not defined folder if exist "%ProgramFiles%\Wireshark\Wireshark.exe" set "folder=%ProgramFiles%\Wireshark"
call :registry "HKLM\SOFTWARE\%current%\Uninstall\Wireshark" DisplayVersion version
call :registry "HKLM\SOFTWARE\WOW6432Node\%current%\Uninstall\Wireshark" DisplayVersion version
if not defined version if exist "%folder%\tshark.exe" call :ask_tshark
if not defined version goto no_wireshark
echo Wireshark %version% is installed in "%folder%".
goto branch

:portable
rem Its launcher sets WIRESHARK_APPDATA to the folder Data (Wireshark's packaging/portableapps).
set "folder=%portable%\App\Wireshark"
if not defined version if exist "%folder%\tshark.exe" call :ask_tshark
if not defined version goto no_wireshark
echo Wireshark %version% is in "%folder%".

:branch
for /f "tokens=1,2 delims=." %%a in ("%version%") do set "branch=%%a.%%b"
if not exist "%here%plugins\%branch%\ssltrouble.dll" goto no_plugin

set "target=%APPDATA%\Wireshark"
if defined WIRESHARK_APPDATA set "target=%WIRESHARK_APPDATA%"
if defined WIRESHARK_CONFIG_DIR set "target=%WIRESHARK_CONFIG_DIR%"
if defined portable set "target=%portable%\Data"
if defined all set "target=%folder%"
if defined all if not defined folder goto no_wireshark
set "plugins=%target%\plugins\%branch%\epan"
set "profile=%target%\profiles\SSL Troubleshooter"
if not exist "%plugins%\" md "%plugins%" 2>nul
copy /y "%here%plugins\%branch%\ssltrouble.dll" "%plugins%\ssltrouble.dll" >nul 2>nul
if errorlevel 1 goto no_copy
echo Copied the plugin to "%plugins%".
if exist "%profile%\" goto old_profile
md "%profile%" 2>nul
copy /y "%here%SSL Troubleshooter\*" "%profile%" >nul 2>nul
if errorlevel 1 goto no_copy
echo Copied the profile to "%profile%".
goto done

:old_profile
echo Kept the profile that was there: "%profile%".

:done
set "other=%folder%\plugins\%branch%\epan\ssltrouble.dll"
if not defined folder set "other="
if defined all set "other=%APPDATA%\Wireshark\plugins\%branch%\epan\ssltrouble.dll"
if defined other if exist "%other%" echo There is one more plugin, "%other%".
if defined other if exist "%other%" echo Delete one: Wireshark reports what it finds in multiple directories, and loads one of them.
echo.
echo Start Wireshark anew. Help ^> About Wireshark ^> Plugins lists ssltrouble.dll.
echo The report of a capture is in Statistics ^> SSL Troubleshooter ^> Report.
echo For colors and columns choose Edit ^> Configuration Profiles ^> SSL Troubleshooter.
set "code=0"
goto end

:usage
echo install.cmd [/all] [/portable FOLDER] [/version X.Y] [/q]; what they mean is said in its first lines.
set "code=1"
goto end

:not_unpacked
echo There is no folder "plugins" beside install.cmd. Unpack the whole zip (right-click it: Extract All), and run the
echo install.cmd that is unpacked.
set "code=1"
goto end

:no_wireshark
if defined portable echo There is no tshark.exe in "%folder%".
if not defined portable echo No installed Wireshark was found. For one that is somewhere else: install.cmd /version 4.4
set "code=1"
goto end

:no_plugin
echo There is no plugin for Wireshark %branch% in "%here%plugins", only for:
dir /b /ad "%here%plugins"
set "code=1"
goto end

:no_copy
echo Nothing can be written to "%target%".
if defined all echo Run install.cmd as administrator, and close Wireshark first.
if not defined all echo Close Wireshark first.
set "code=1"
goto end

:end
if not defined quiet pause
exit /b %code%

rem registry KEY VALUE VARIABLE - reads a value, unless the variable has one
:registry
if defined %3 exit /b 0
for /f "tokens=2*" %%a in ('reg query %1 /v %2 2^>nul') do if "%%a"=="REG_SZ" set "%3=%%b"
exit /b 0

rem ask_tshark - the version as "TShark (Wireshark) 4.4.2 (v4.4.2-0-g...)." says it
:ask_tshark
pushd "%folder%"
for /f "tokens=1,3" %%a in ('.\tshark.exe --version 2^>nul') do if "%%a"=="TShark" set "version=%%b"
popd
exit /b 0
