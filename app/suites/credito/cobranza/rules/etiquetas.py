"""Spanish labels of the values of collection."""

from collections.abc import Mapping
from types import MappingProxyType

from app.suites.credito.cobranza.rules.estado_cuenta import TipoMovimiento
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.cobranza.rules.resolucion import Resolucion
from app.suites.credito.cobranza.rules.sincronizacion import Resultado
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.prestamos.rules.faltas import TipoFalta
from app.suites.credito.prestamos.rules.pagos import Duda, Senal

ETIQUETAS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "tipo_movimiento": {
            TipoMovimiento.DESEMBOLSO: "Crédito con sus intereses",
            TipoMovimiento.CARGO: "Cargo",
            TipoMovimiento.PAGO: "Pago",
            TipoMovimiento.BONIFICACION: "Bonificación",
        },
        "resultado_visita": {
            ResultadoVisita.PAGO: "Pagó",
            ResultadoVisita.NO_ESTABA: "No estaba",
            ResultadoVisita.SIN_DINERO: "Sin dinero",
            ResultadoVisita.PROMESA: "Promesa de pago",
            ResultadoVisita.SE_NEGO: "Se negó",
            ResultadoVisita.DOMICILIO_INCORRECTO: "Domicilio incorrecto",
            ResultadoVisita.OTRO: "Otro",
        },
        "estado_falta": {
            EstadoFalta.VIGENTE: "Vigente",
            EstadoFalta.JUSTIFICADA: "Justificada",
            EstadoFalta.RETIRADA: "Retirada",
        },
        "tipo_falta": {TipoFalta.SIN_PAGO: "Sin pago", TipoFalta.PARCIAL: "Parcial"},
        "resultado_sincronizacion": {
            Resultado.CREADO: "Creado",
            Resultado.REPETIDO: "Repetido",
            Resultado.POR_REVISAR: "Por revisar",
            Resultado.RECHAZADO: "Rechazado",
        },
        "resolucion": {
            Resolucion.APLICAR: "Aplicar al préstamo",
            Resolucion.A_FAVOR: "Dejar a favor del cliente",
            Resolucion.DEVOLVER: "Devolver el dinero",
        },
        "duda": {
            Duda.PRESTAMO_DESCONOCIDO: "Préstamo desconocido",
            Duda.FUERA_DE_ALCANCE: "Grupo de otra persona",
            Duda.PRESTAMO_CERRADO: "Préstamo cerrado",
            Duda.PRESTAMO_RENOVADO: "Préstamo renovado",
            Duda.FECHA_DUDOSA: "Fecha dudosa",
            Duda.ANTES_DEL_DESEMBOLSO: "Antes del desembolso",
            Duda.MAYOR_QUE_EL_SALDO: "Mayor que el saldo",
            Duda.POSIBLE_DUPLICADO: "Posible duplicado",
            Duda.RECIBO_REPETIDO: "Recibo repetido",
        },
        "senal": {
            Senal.LEJOS: "Lejos del domicilio",
            Senal.LIMITE_EFECTIVO: "Sobre el límite de efectivo",
            Senal.MONTO_DESMEDIDO: "Más de tres veces el límite",
            Senal.GRUPO_TRANSFERIDO: "Grupo transferido",
            Senal.EN_NOMBRE_DE: "Subido en nombre de la persona",
            Senal.REVERSADO_POR_COBRADOR: "Reversado por quien cobró",
        },
    }
)
"""Labels by the names under which `GET /catalogos` lists them."""
