/* A reader whose plug can be pulled while pcscd runs.
 *
 * An IFD handler (PC/SC part 3) that hands everything to a vpcd of its own. DEVICENAME is a directory with:
 *   libifdvpcd.so  the vpcd, a copy for each reader, because it keeps one connection for each copy
 *   address        what that vpcd takes as its device name; while it is there, the reader is plugged in
 */
#include <dlfcn.h>
#include <ifdhandler.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READERS 16
#define HANDLER(lun) readers[((lun) >> 16) % READERS]
#define OUT(lun) (access(HANDLER(lun).address, F_OK) != 0)

static struct {
    char address[PATH_MAX];
    RESPONSECODE (*create)(DWORD, LPSTR);
    RESPONSECODE (*close)(DWORD);
    RESPONSECODE (*get)(DWORD, DWORD, PDWORD, PUCHAR);
    RESPONSECODE (*power)(DWORD, DWORD, PUCHAR, PDWORD);
    RESPONSECODE (*transmit)(DWORD, SCARD_IO_HEADER, PUCHAR, DWORD, PUCHAR, PDWORD, PSCARD_IO_HEADER);
    RESPONSECODE (*present)(DWORD);
} readers[READERS];

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR home)
{
    char path[PATH_MAX], device[128] = "";
    snprintf(HANDLER(lun).address, PATH_MAX, "%s/address", home);
    FILE *file = fopen(HANDLER(lun).address, "r");
    if (!file)
        return IFD_COMMUNICATION_ERROR;
    if (!fgets(device, sizeof device, file))
        device[0] = 0;
    fclose(file);
    device[strcspn(device, "\n")] = 0;
    snprintf(path, sizeof path, "%s/libifdvpcd.so", home);
    void *vpcd = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!vpcd)
        return IFD_COMMUNICATION_ERROR;
    *(void **)&HANDLER(lun).create = dlsym(vpcd, "IFDHCreateChannelByName");
    *(void **)&HANDLER(lun).close = dlsym(vpcd, "IFDHCloseChannel");
    *(void **)&HANDLER(lun).get = dlsym(vpcd, "IFDHGetCapabilities");
    *(void **)&HANDLER(lun).power = dlsym(vpcd, "IFDHPowerICC");
    *(void **)&HANDLER(lun).transmit = dlsym(vpcd, "IFDHTransmitToICC");
    *(void **)&HANDLER(lun).present = dlsym(vpcd, "IFDHICCPresence");
    return HANDLER(lun).create(lun, device);
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
    (void)lun, (void)channel;
    return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
    return HANDLER(lun).close(lun);
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value)
{
    if (tag == TAG_IFD_SLOTS_NUMBER || tag == TAG_IFD_THREAD_SAFE || tag == TAG_IFD_SIMULTANEOUS_ACCESS) {
        *length = 1;
        *value = tag == TAG_IFD_SIMULTANEOUS_ACCESS ? READERS : 1;
        return IFD_SUCCESS;
    }
    return HANDLER(lun).get(lun, tag, length, value);
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, PUCHAR value)
{
    (void)lun, (void)tag, (void)length, (void)value;
    return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2,
                                       UCHAR pts3)
{
    (void)lun, (void)protocol, (void)flags, (void)pts1, (void)pts2, (void)pts3;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD length)
{
    return OUT(lun) ? IFD_COMMUNICATION_ERROR : HANDLER(lun).power(lun, action, atr, length);
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER sent, PUCHAR command, DWORD size, PUCHAR answer,
                               PDWORD room, PSCARD_IO_HEADER received)
{
    if (OUT(lun))
        return IFD_COMMUNICATION_ERROR;
    RESPONSECODE done = HANDLER(lun).transmit(lun, sent, command, size, answer, room, received);
    /* The vpcd calls an answer of a card that is gone a success of no bytes; a reader says so. */
    return done == IFD_SUCCESS && *room == 0 ? IFD_COMMUNICATION_ERROR : done;
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
    return OUT(lun) ? IFD_COMMUNICATION_ERROR : HANDLER(lun).present(lun);
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR sent, DWORD size, PUCHAR answer, DWORD room,
                         LPDWORD length)
{
    (void)lun, (void)code, (void)sent, (void)size, (void)answer, (void)room;
    *length = 0;
    return IFD_ERROR_NOT_SUPPORTED;
}
